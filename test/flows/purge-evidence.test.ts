import { expect } from 'chai';
import { placeLegalHold, releaseLegalHold } from '../../src/flows/legal-hold.js';
import { purgeEvents } from '../../src/flows/purge-events.js';
import { purgeEvidence } from '../../src/flows/purge-evidence.js';
import { databases } from '../support/databases.js';
import { type HouseUnderTest, NOW, openHouse } from '../support/house.js';
import { register } from '../support/registered.js';
import { debitFrom, posted, ruleSet } from '../support/rules.js';
import { deliverOnce, fakeProvider } from './delivery-world.js';

const DAY = 86_400_000;
const DAYS = 400;
const RULES = ruleSet(
  { name: 'large', conditions: debitFrom('100.00'), text: 'A large amount.' },
  { name: 'early', conditions: debitFrom('100.00'), text: 'Too late.', expires: 'PT1H' },
);

for (const kind of databases) {
  describe(`retention of evidence on ${kind.name}`, () => {
    let home: HouseUnderTest;

    beforeEach(async () => {
      const limits = { bodyBytes: 1_048_576, batchEvents: 1_000, futureToleranceMs: 0, duplicateHorizonMs: 30 * DAY };
      const house = { adapters: [fakeProvider('gateway').named], evidenceMs: DAYS * DAY, limits };
      home = await openHouse(kind, { source: RULES, house });
      await register(home, { accountId: '7', customers: { '1': { phone: '+12015550100' } } });
      await register(home, { accountId: '8', customers: { '2': { phone: '+12015550101' } } });
      for (const accountId of ['7', '8']) {
        // One rule tells, the other one is too late.
        const time = new Date(NOW - 2 * 3_600_000).toISOString();
        await home.commit({ ...posted({ data: { accountId, amount: '200.00' } }), time });
      }
      await deliverOnce(home.house);
      home.clock.now += 1;
    });
    afterEach(() => home.close());

    const counts = async () => {
      const { knex, table } = home.database;
      const names = ['alerts', 'attempts', 'decisions', 'events'];
      return Object.fromEntries(await Promise.all(names.map(async (one) => [one, (await knex(table(one))).length])));
    };

    it('keeps all of it for its time, whatever becomes of events, and then nothing', async () => {
      expect(await counts()).to.deep.equal({ alerts: 2, attempts: 2, decisions: 4, events: 2 });
      home.clock.now = NOW + DAYS * DAY;
      await purgeEvents(home.house, home.clock.now);
      expect(await purgeEvidence(home.house)).to.equal(0);
      expect(await counts()).to.deep.equal({ alerts: 2, attempts: 2, decisions: 4, events: 0 });
      home.clock.now += 2;
      expect(await purgeEvidence(home.house)).to.equal(6);
      expect(await counts()).to.deep.equal({ alerts: 0, attempts: 0, decisions: 0, events: 0 });
    });

    it('keeps decisions as long as their event can be explained', async () => {
      home.clock.now = NOW + (DAYS + 1) * DAY;
      expect(await purgeEvidence(home.house)).to.equal(2);
      expect(await counts()).to.deep.equal({ alerts: 0, attempts: 0, decisions: 4, events: 2 });
    });

    it('removes nothing that still waits or is being looked into', async () => {
      const { knex, table } = home.database;
      const [first, second] = await knex(table('alerts')).pluck('alert_id');
      await knex(table('alerts')).where({ alert_id: first }).update({ status: 'held' });
      await knex(table('alerts')).where({ alert_id: second }).update({ status: 'unknown', check_at: NOW });
      home.clock.now = NOW + (DAYS + 1) * DAY;
      expect(await purgeEvidence(home.house)).to.equal(0);
      await knex(table('alerts')).where({ alert_id: second }).update({ check_at: null });
      expect(await purgeEvidence(home.house)).to.equal(1);
    });

    it('passes over customers under a legal hold, and their accounts', async () => {
      const of = { entity: 'default', customerId: '1', actor: 'carol' };
      await placeLegalHold(home.house, { ...of, reason: 'dispute', reference: 'case 7' });
      home.clock.now = NOW + (DAYS + 1) * DAY;
      await purgeEvents(home.house, home.clock.now);
      expect(await purgeEvidence(home.house)).to.equal(3);
      expect(await counts()).to.deep.equal({ alerts: 1, attempts: 1, decisions: 2, events: 1 });
      await releaseLegalHold(home.house, of);
      await purgeEvents(home.house, home.clock.now);
      expect(await purgeEvidence(home.house)).to.equal(3);
      expect(await counts()).to.deep.equal({ alerts: 0, attempts: 0, decisions: 0, events: 0 });
    });

    it('is for ever where nothing is configured', async () => {
      home.house.evidenceMs = undefined;
      home.clock.now = NOW + 10_000 * DAY;
      expect(await purgeEvidence(home.house)).to.equal(0);
    });
  });
}
