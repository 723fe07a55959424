import { expect } from 'chai';
import { eraseCustomer } from '../../src/flows/erase-customer.js';
import { placeLegalHold, releaseLegalHold } from '../../src/flows/legal-hold.js';
import { purgeEvents } from '../../src/flows/purge-events.js';
import { makeShortLinks } from '../../src/flows/short-links/make-short-links.js';
import { purgeCodesAndLinks } from '../../src/flows/verify/purge-codes-and-links.js';
import { accountsOf } from '../../src/store/accounts.js';
import { verifyAudit } from '../../src/store/audit.js';
import { getCustomer } from '../../src/store/customers.js';
import { findLegalHold } from '../../src/store/legal-holds.js';
import { insertShortLinks } from '../../src/store/short-links.js';
import { codeOf } from '../store/store-under-test.js';
import { databases } from '../support/databases.js';
import { type HouseUnderTest, NOW, openHouse } from '../support/house.js';
import { register } from '../support/registered.js';
import { posted, ruleSet } from '../support/rules.js';

const DAY = 86_400_000;
const LINKS = { hosts: ['bank.example'], address: 'https://go.bank.example', lastsMs: DAY } as const;
const LIMIT = { count: 1_000, periodMs: DAY };
const WHY = { reason: 'dispute about a payment', reference: 'case 2026/117' };

for (const kind of databases) {
  describe(`a legal hold on ${kind.name}`, () => {
    let home: HouseUnderTest;

    beforeEach(async () => {
      const shortLinks = { ...LINKS, limits: { address: LIMIT, overall: LIMIT } };
      home = await openHouse(kind, { source: ruleSet(), house: { shortLinks } });
      await register(home, { accountId: '7', customers: { '1': { phone: '+12015550100' } } });
      await register(home, { accountId: '8', customers: { '2': { phone: '+12015550101' } } });
      for (const accountId of ['7', '8']) await home.commit(posted({ data: { accountId } }));
    });
    afterEach(() => home.close());

    const of = (customerId: string) => ({ entity: 'default', customerId, actor: 'carol' });
    const place = (customerId = '1', why = WHY) => placeLegalHold(home.house, { ...of(customerId), ...why });
    const erase = (customerId = '1') => eraseCustomer(home.house, of(customerId));
    const release = (customerId = '1') => releaseLegalHold(home.house, of(customerId));
    const known = async (customerId: string) =>
      (await getCustomer(home.house.vault, home.database.knex, 'default', customerId)) !== undefined;
    const actions = async () => {
      const { knex, table } = home.database;
      const rows = await knex(table('audit')).orderBy('sequence').select('actor', 'action');
      return rows
        .filter(({ action }: { action: string }) => /hold|eras/.test(action))
        .map(({ actor, action }: { actor: string; action: string }) => `${actor} ${action}`);
    };

    it('refuses an erasure by name, remembers it, and carries it out when it ends', async () => {
      expect((await place()).created).to.equal(true);
      expect(await codeOf(erase())).to.equal('legal-hold');
      expect(await codeOf(erase())).to.equal('legal-hold');
      expect(await known('1')).to.equal(true);
      expect(await release()).to.deep.equal({ released: true, erased: true });
      expect(await known('1')).to.equal(false);
      expect(await accountsOf(home.house.vault, home.database.knex, 'default', '1')).to.deep.equal([]);
      expect(await actions()).to.deep.equal([
        'carol legal-hold-placed',
        'carol customer-erasure-postponed',
        'carol customer-erasure-postponed',
        'carol customer-erased',
        'carol legal-hold-released',
      ]);
      expect((await verifyAudit(home.database)).ok).to.equal(true);
    });

    it('erases nobody when it ends and nobody asked, and says where there was none', async () => {
      await place();
      expect(await release()).to.deep.equal({ released: true, erased: false });
      expect(await release()).to.deep.equal({ released: false, erased: false });
      expect(await known('1')).to.equal(true);
      expect((await erase()).changed).to.equal(true);
    });

    it('can be given another reason, and is for nobody unknown or erased', async () => {
      await place();
      const again = await place('1', { ...WHY, reference: 'case 2026/118' });
      expect(again.created).to.equal(false);
      expect(again.hold).to.include({ reference: 'case 2026/118', placedAt: NOW });
      expect(await codeOf(place('nobody'))).to.equal('customer-unknown');
      await erase('2');
      expect(await codeOf(place('2'))).to.equal('erased');
    });

    it('keeps the events of the customer and of their accounts from being purged, and no others', async () => {
      await place();
      home.clock.now = NOW + 100 * DAY;
      await purgeEvents(home.house, home.clock.now);
      const profiles = async () => (await home.database.knex(home.database.table('events'))).length;
      expect(await profiles()).to.equal(1);
      await release();
      await purgeEvents(home.house, home.clock.now);
      expect(await profiles()).to.equal(0);
    });

    it('keeps the customer’s links, and no others', async () => {
      await place();
      await home.inTransaction(async (trx) => {
        const alerts = ['1', '2'].map((customerId) => ({
          alertId: `al_${customerId}`,
          customerId,
          links: { a: 'https://bank.example/' },
        }));
        const page = { entity: 'default', lane: 'service' as const, at: NOW, alerts };
        const { rows } = await makeShortLinks(home.house, trx, page);
        await insertShortLinks(home.database, trx, rows);
      });
      home.clock.now = NOW + 100 * DAY;
      expect(await purgeCodesAndLinks(home.house)).to.equal(1);
      await release();
      expect(await purgeCodesAndLinks(home.house)).to.equal(1);
    });

    it('and an erasure at once end in one of the two ways, never in both', async () => {
      const [, erased] = await Promise.all([codeOf(place()), codeOf(erase())]);
      const hold = await findLegalHold(home.database, home.database.knex, 'default', '1');
      expect(await known('1')).to.equal(hold !== undefined);
      expect(erased).to.equal(hold === undefined ? 'no error' : 'legal-hold');
    });
  });
}
