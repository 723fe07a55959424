import { expect } from 'chai';
import type { CustomerDocument } from '../../src/contracts/customer.js';
import { aliasKey, resolveAliases } from '../../src/store/aliases.js';
import { customerSubject } from '../../src/store/crypto/subject-hash.js';
import { getCustomer, listCustomers, putCustomer } from '../../src/store/customers.js';
import { findByPhone, phonesFor, suspendPhone } from '../../src/store/phones.js';
import { databases } from '../support/databases.js';
import { codeOf, openStore, type StoreUnderTest } from './store-under-test.js';

const FIRST = '+37250000001';
const SECOND = '+37250000002';
const ESTER: CustomerDocument = {
  phone: FIRST,
  name: 'Ester Tamm',
  locale: 'et',
  timeZone: 'Europe/Tallinn',
  home: { latitude: 59.4, longitude: 24.7, country: 'EE' },
  status: 'active',
  discreet: true,
  aliases: [
    { source: 'core', id: '9' },
    { source: 'cards', id: 'x' },
  ],
};

for (const kind of databases) {
  describe(`customers on ${kind.name}`, () => {
    let store: StoreUnderTest;

    beforeEach(async () => {
      store = await openStore(kind);
    });
    afterEach(() => store.close());

    const put = (document: CustomerDocument, at: number, customerId = 'ester', entity = 'default') =>
      store.inTransaction((trx) => putCustomer(store.vault, trx, { entity, customerId, document, at }));
    const get = (customerId = 'ester') =>
      store.inTransaction((trx) => getCustomer(store.vault, trx, 'default', customerId));
    const phones = async (replacedSince?: number) => {
      const found = await store.inTransaction((trx) =>
        phonesFor(store.vault, trx, 'default', ['ester'], { replacedSince }),
      );
      return (found.get('ester') ?? []).map(({ number, ...phone }) => ({ ...phone, number: number() }));
    };

    it('come back as they were put', async () => {
      expect(await put(ESTER, 1)).to.deep.equal({ created: true, version: 1, phoneChanged: false });
      const record = await get();
      expect(record?.document).to.deep.equal({ ...ESTER, aliases: ESTER.aliases?.toReversed() });
      expect(record).to.include({ customerId: 'ester', version: 1, createdAt: 1, updatedAt: 1 });
      expect(record?.phone).to.include({ version: 1, status: 'verified' });
    });

    it('hold nothing personal in clear', async () => {
      await put(ESTER, 1);
      const rows = await Promise.all(
        ['customers', 'phones', 'versions'].map((name) => store.database.knex(`lb_${name}`)),
      );
      const bytes = JSON.stringify(rows, (_key, value) =>
        value?.type === 'Buffer' ? Buffer.from(value.data).toString('latin1') : value,
      );
      for (const text of ['Ester Tamm', '50000001', '59.4']) expect(bytes).to.not.include(text);
    });

    it('put again the same, in any order of aliases, are no new version', async () => {
      await put(ESTER, 1);
      const again = { ...ESTER, aliases: ESTER.aliases?.toReversed() };
      expect(await put(again, 2)).to.deep.equal({ created: false, version: 1, phoneChanged: false });
      expect((await get())?.updatedAt).to.equal(1);
    });

    it('lose what a later put leaves out', async () => {
      await put(ESTER, 1);
      expect(await put({ locale: 'en' }, 2)).to.include({ version: 2, phoneChanged: true, previousPhoneVersion: 1 });
      expect((await get())?.document).to.deep.equal({ locale: 'en', status: 'active', discreet: false });
    });

    it('semantics line twenty-four: a new number is a new version and the old one stays on record as replaced', async () => {
      await put(ESTER, 1);
      const changed = await put({ ...ESTER, phone: SECOND }, 100);
      expect(changed).to.deep.equal({ created: false, version: 2, phoneChanged: true, previousPhoneVersion: 1 });
      const replaced = { version: 1, status: 'replaced', validFrom: 1, validUntil: 100, number: FIRST };
      const current = { version: 2, status: 'verified', validFrom: 100, number: SECOND };
      expect(await phones()).to.deep.equal([replaced, current]);
      expect(await phones(100)).to.deep.equal([replaced, current]);
      expect(await phones(101)).to.deep.equal([current]);
    });

    it('semantics line twenty-four: the same number again is no new version, whatever else changes', async () => {
      await put(ESTER, 1);
      expect(await put({ ...ESTER, locale: 'en' }, 2)).to.deep.equal({
        created: false,
        version: 2,
        phoneChanged: false,
      });
      expect(await phones()).to.have.length(1);
    });

    it('semantics line twenty-four: adding a number, taking it away and giving it back are changes', async () => {
      await put({ locale: 'et' }, 1);
      expect(await put({ locale: 'et', phone: FIRST }, 2)).to.include({ version: 2, phoneChanged: true });
      expect(await put({ locale: 'et' }, 3)).to.include({ phoneChanged: true, previousPhoneVersion: 1 });
      expect(await put({ locale: 'et' }, 4)).to.include({ version: 3, phoneChanged: false });
      expect(await put({ locale: 'et', phone: FIRST }, 5)).to.include({ version: 4, phoneChanged: true });
      expect((await phones()).map((phone) => phone.status)).to.deep.equal(['replaced', 'verified']);
    });

    it('semantics line twenty-four: a suspended number stays so until another one is put', async () => {
      await put(ESTER, 1);
      const gone = { entity: 'default', customerId: 'ester', version: 1, at: 50 };
      const suspend = () => store.inTransaction((trx) => suspendPhone(store.database, trx, gone));
      expect(await suspend()).to.equal(true);
      expect(await suspend()).to.equal(false);
      expect(await put(ESTER, 60)).to.include({ version: 1, phoneChanged: false });
      const changed = await put({ ...ESTER, phone: SECOND }, 70);
      expect(changed).to.deep.equal({ created: false, version: 2, phoneChanged: true });
      expect((await phones()).map((phone) => phone.status)).to.deep.equal(['suspended', 'verified']);
    });

    it('are found by phone through the blind index, former numbers too', async () => {
      await put(ESTER, 1);
      await put({ ...ESTER, phone: SECOND }, 2);
      await put({ phone: FIRST }, 3, 'mart');
      await put({ phone: FIRST }, 3, 'ester', 'other-brand');
      const found = await store.inTransaction((trx) => findByPhone(store.database, trx, store.vault.phoneIndex(FIRST)));
      expect(found).to.deep.equal([
        { entity: 'default', customerId: 'ester', version: 1, status: 'replaced' },
        { entity: 'default', customerId: 'mart', version: 1, status: 'verified' },
        { entity: 'other-brand', customerId: 'ester', version: 1, status: 'verified' },
      ]);
    });

    it('semantics line seventeen: ids of other systems stand for one customer, within one entity', async () => {
      await put(ESTER, 1);
      const ask = [
        { source: 'core', id: '9' },
        { source: 'cards', id: 'X' },
        { source: '9', id: 'core' },
      ];
      const resolve = (entity: string) =>
        store.inTransaction((trx) => resolveAliases(store.database, trx, entity, 'customer', ask));
      expect([...(await resolve('default'))]).to.deep.equal([[aliasKey({ source: 'core', id: '9' }), 'ester']]);
      expect([...(await resolve('other'))]).to.deep.equal([]);
    });

    it('refuse an alias that belongs to another, and change nothing', async () => {
      await put(ESTER, 1);
      const aliases = [
        { source: 'new', id: '1' },
        { source: 'core', id: '9' },
      ];
      expect(await codeOf(put({ aliases }, 2, 'mart'))).to.equal('alias-taken');
      expect(await get('mart')).to.equal(undefined);
      await put({ ...ESTER, aliases: [] }, 3);
      expect(await put({ aliases }, 4, 'mart')).to.include({ created: true });
    });

    it('page in the order of their ids', async () => {
      for (const id of ['c', 'a', 'B', 'b']) await put({ phone: FIRST, name: id }, 1, id);
      await put({}, 1, 'a', 'other');
      const page = (after?: string) =>
        store.inTransaction((trx) => listCustomers(store.vault, trx, 'default', { after, limit: 3 }));
      expect((await page()).map((record) => record.document.name)).to.deep.equal(['B', 'a', 'b']);
      expect((await page('b')).map((record) => record.customerId)).to.deep.equal(['c']);
    });

    it('put by two at once end as one after the other', async () => {
      const results = await Promise.all([put(ESTER, 1), put({ ...ESTER, locale: 'en' }, 2)]);
      expect(results.map((result) => result.version).sort()).to.deep.equal([1, 2]);
      expect(results.filter((result) => result.created)).to.have.length(1);
      expect((await phones()).length).to.equal(1);
    });

    it('that were erased answer nothing and cannot be put again under the same id', async () => {
      await put(ESTER, 1);
      await store.inTransaction((trx) => store.vault.keys.destroy(trx, customerSubject('default', 'ester'), 2));
      expect(await get()).to.equal(undefined);
      expect(await codeOf(put(ESTER, 3))).to.equal('erased');
    });
  });
}
