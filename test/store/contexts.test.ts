import { expect } from 'chai';
import type {
  AccountDocument,
  ConsentDocument,
  CustomerDocument,
  PreferencesDocument,
} from '../../src/contracts/customer.js';
import { accountsOf, getAccount, listAccounts, putAccount } from '../../src/store/accounts.js';
import { listConsents, recordConsent } from '../../src/store/consents.js';
import { type ContextsWanted, loadContexts } from '../../src/store/contexts.js';
import { customerSubject } from '../../src/store/crypto/subject-hash.js';
import { putCustomer } from '../../src/store/customers.js';
import { suspendPhone } from '../../src/store/phones.js';
import { getPreferences, putPreferences } from '../../src/store/preferences.js';
import { databases } from '../support/databases.js';
import { codeOf, openStore, type StoreUnderTest } from './store-under-test.js';

const entity = 'default';
const HOME = { latitude: 59.4, longitude: 24.7, country: 'EE' };
const JOINT: AccountDocument = {
  holders: [
    { customerId: 'mart', role: 'owner' },
    { customerId: 'ester', role: 'authorised-user' },
  ],
  currency: 'EUR',
  home: HOME,
};
const CHOICES: PreferencesDocument = {
  topics: { 'low-balance': { wanted: true, parameters: { limit: { EUR: '5.00' } } } },
};
const consentTo = (granted: boolean, at: string): ConsentDocument => ({
  topic: 'offers',
  granted,
  by: 'ester',
  at,
  how: 'web',
  wording: 'Yes, please',
});

for (const kind of databases) {
  describe(`what decisions are made with, on ${kind.name}`, () => {
    let store: StoreUnderTest;

    beforeEach(async () => {
      store = await openStore(kind);
    });
    afterEach(() => store.close());

    const account = (document: AccountDocument, at: number, accountId = '704') =>
      store.inTransaction((trx) => putAccount(store.vault, trx, { entity, accountId, document, at }));
    const customer = (document: CustomerDocument, at: number, customerId = 'ester') =>
      store.inTransaction((trx) => putCustomer(store.vault, trx, { entity, customerId, document, at }));
    const preferences = (document: PreferencesDocument, at: number, customerId = 'ester') =>
      store.inTransaction((trx) => putPreferences(store.vault, trx, { entity, customerId, document, at }));
    const consent = (document: ConsentDocument, recordedAt: number) =>
      store.inTransaction((trx) =>
        recordConsent(store.database, trx, { entity, customerId: 'ester', document, recordedAt }),
      );
    const load = (wanted: Partial<ContextsWanted>) =>
      store.inTransaction((trx) =>
        loadContexts(store.vault, trx, entity, { accountIds: [], customerIds: [], ...wanted }),
      );
    const ester = async (at?: number) => (await load({ customerIds: ['ester'], at })).customers.get('ester');

    it('accounts come back as they were put, holders in their order, and put again the same are no new version', async () => {
      const document = { ...JOINT, aliases: [{ source: 'cards', id: '77' }] };
      expect(await account(document, 1)).to.deep.equal({ created: true, version: 1 });
      expect(await account(document, 2)).to.deep.equal({ created: false, version: 1 });
      const record = await store.inTransaction((trx) => getAccount(store.vault, trx, entity, '704'));
      expect(record).to.deep.equal({ accountId: '704', version: 1, document, createdAt: 1, updatedAt: 1 });
      expect(await account({ holders: [] }, 3)).to.deep.equal({ created: false, version: 2 });
      const emptied = await store.inTransaction((trx) => getAccount(store.vault, trx, entity, '704'));
      expect(emptied?.document).to.deep.equal({ holders: [] });
    });

    it('accounts page in the order of their ids, and are found by holder', async () => {
      for (const id of ['2', '10', '1']) await account(JOINT, 1, id);
      await account({ holders: [] }, 1, '3');
      const page = await store.inTransaction((trx) => listAccounts(store.vault, trx, entity, { after: '1', limit: 2 }));
      expect(page.map((record) => record.accountId)).to.deep.equal(['10', '2']);
      const held = await store.inTransaction((trx) => accountsOf(store.vault, trx, entity, 'ester'));
      expect(held).to.deep.equal(['1', '10', '2']);
    });

    it('a home is sealed with the account’s key', async () => {
      await account(JOINT, 1);
      const [row] = await store.database.knex('lb_accounts');
      expect(row.document.toString('latin1')).to.not.include('59.4');
    });

    it('preferences come back as they were put; whoever never chose has version 0', async () => {
      const read = () => store.inTransaction((trx) => getPreferences(store.vault, trx, entity, 'ester'));
      expect(await read()).to.deep.equal({ version: 0, document: {} });
      expect(await preferences(CHOICES, 1)).to.deep.equal({ created: true, version: 1 });
      expect(await preferences(CHOICES, 2)).to.deep.equal({ created: false, version: 1 });
      expect(await preferences({}, 3)).to.deep.equal({ created: false, version: 2 });
      expect(await read()).to.deep.equal({ version: 2, document: {} });
    });

    it('the consent ledger keeps every row as given', async () => {
      const rows = [consentTo(true, '2026-01-01T00:00:00.000Z'), consentTo(false, '2026-01-02T00:00:00.000Z')];
      for (const row of rows) await consent(row, 7);
      const ledger = await store.inTransaction((trx) => listConsents(store.database, trx, entity, 'ester'));
      expect(ledger).to.deep.equal(rows.map((row) => ({ ...row, recordedAt: 7 })));
    });

    it('the consent given last counts, in whatever order they are recorded; of two at once, the one recorded last', async () => {
      await customer({}, 1);
      await consent(consentTo(false, '2026-01-02T00:00:00Z'), 1);
      await consent(consentTo(true, '2026-01-01T23:00:00Z'), 2);
      expect((await ester())?.consents).to.deep.equal({ offers: false });
      await consent(consentTo(true, '2026-01-02T02:00:00+02:00'), 3);
      expect((await ester())?.consents).to.deep.equal({ offers: true });
    });

    it('a context holds the accounts with their holders, and everything known of each', async () => {
      await account(JOINT, 1);
      await account({ holders: [] }, 1, '705');
      await customer({ locale: 'et', timeZone: 'Europe/Tallinn', home: HOME, phone: '+37250000001' }, 1);
      await customer({ status: 'deceased', discreet: true }, 1, 'mart');
      await customer({}, 1, 'nobody-asked');
      await preferences(CHOICES, 1);
      await consent(consentTo(true, '2026-01-01T00:00:00Z'), 1);
      const contexts = await load({ accountIds: ['704', '705', 'unknown'], customerIds: ['ester', 'unknown'] });
      expect([...contexts.accounts.values()]).to.deep.equal([
        { id: '704', version: 1, ...JOINT },
        { id: '705', version: 1, holders: [] },
      ]);
      expect([...contexts.customers.keys()].sort()).to.deep.equal(['ester', 'mart']);
      expect(contexts.customers.get('ester')).to.deep.equal({
        id: 'ester',
        version: 1,
        locale: 'et',
        timeZone: 'Europe/Tallinn',
        status: 'active',
        discreet: false,
        registeredAt: 1,
        home: HOME,
        phone: { version: 1, usable: true },
        preferences: CHOICES,
        preferencesVersion: 1,
        consents: { offers: true },
      });
      expect(contexts.customers.get('mart')).to.deep.equal({
        id: 'mart',
        version: 1,
        status: 'deceased',
        discreet: true,
        registeredAt: 1,
        preferences: {},
        preferencesVersion: 0,
        consents: {},
      });
    });

    it('a context says when the number was replaced, taken away or suspended', async () => {
      const phoneAfter = async (document: CustomerDocument, at: number) => {
        await customer(document, at);
        return (await ester())?.phone;
      };
      expect(await phoneAfter({}, 1)).to.equal(undefined);
      expect(await phoneAfter({ phone: '+1' }, 2)).to.deep.equal({ version: 1, usable: true });
      expect(await phoneAfter({ phone: '+2' }, 3)).to.deep.equal({ version: 2, usable: true, replacedAt: 3 });
      expect(await phoneAfter({}, 4)).to.deep.equal({ version: 2, usable: false, replacedAt: 4 });
      expect(await phoneAfter({ phone: '+3' }, 5)).to.deep.equal({ version: 3, usable: true, replacedAt: 5 });
      const gone = { entity, customerId: 'ester', version: 3, at: 6 };
      await store.inTransaction((trx) => suspendPhone(store.database, trx, gone));
      expect((await ester())?.phone).to.deep.equal({ version: 3, usable: false, replacedAt: 5 });
    });

    it('semantics line one: every former context comes back as it was known then', async () => {
      const wanted = { accountIds: ['704'], customerIds: [] };
      const steps: ((at: number) => Promise<unknown>)[] = [
        (at) => account(JOINT, at),
        (at) => customer({ locale: 'et', home: HOME, phone: '+1', aliases: [{ source: 's', id: '1' }] }, at),
        (at) => preferences(CHOICES, at),
        (at) => consent(consentTo(true, '2026-01-01T00:00:00Z'), at),
        (at) => customer({ locale: 'en', name: 'Ester', phone: '+2' }, at),
        (at) => preferences({}, at),
        (at) => customer({ locale: 'en', name: 'Ester' }, at),
        (at) => account({ holders: [{ customerId: 'ester', role: 'minor' }] }, at),
        (at) => consent(consentTo(false, '2026-01-02T00:00:00Z'), at),
        (at) => customer({ locale: 'en', status: 'deceased', phone: '+3' }, at),
        (at) =>
          store.inTransaction((trx) =>
            suspendPhone(store.database, trx, { entity, customerId: 'ester', version: 3, at }),
          ),
      ];
      const known = [];
      for (const [index, step] of steps.entries()) {
        await step(10 * index);
        known.push(await load(wanted));
      }
      for (const [index, then] of known.entries()) {
        expect(await load({ ...wanted, at: 10 * index })).to.deep.equal(then);
        expect(await load({ ...wanted, at: 10 * index + 9 })).to.deep.equal(then);
      }
      expect((await load({ ...wanted, at: -1 })).accounts.size).to.equal(0);
    });

    it('a context of 256 accounts asks Knex only for the keys of homes that are not at hand, and once', async () => {
      const ids = Array.from({ length: 256 }, (_, index) => String(index));
      await store.inTransaction(async (trx) => {
        for (const id of ids) {
          const holders = [{ customerId: `c${id}`, role: 'owner' as const }];
          await putAccount(store.vault, trx, { entity, accountId: id, document: { holders, home: HOME }, at: 1 });
          await putCustomer(store.vault, trx, { entity, customerId: `c${id}`, document: { phone: '+1' }, at: 1 });
        }
      });
      let queries = 0;
      const count = (query: { sql: string }) => {
        if (/^select/i.test(query.sql)) queries++;
      };
      store.database.knex.on('query', count);
      const cold = await load({ accountIds: ids });
      expect(queries).to.equal(1);
      const warm = await load({ accountIds: ids });
      expect(queries).to.equal(1);
      expect([cold.accounts.size, cold.customers.size, warm.customers.size]).to.deep.equal([256, 256, 256]);
      expect(cold.accounts.get('9')?.home).to.deep.equal(HOME);
    });

    it('what was erased is gone from contexts, present and past', async () => {
      await customer({ home: HOME }, 1);
      await store.inTransaction((trx) => store.vault.keys.destroy(trx, customerSubject(entity, 'ester'), 2));
      expect((await ester())?.home).to.equal(undefined);
      expect(await ester(1)).to.equal(undefined);
      expect(await codeOf(preferences(CHOICES, 3))).to.equal('erased');
    });
  });
}
