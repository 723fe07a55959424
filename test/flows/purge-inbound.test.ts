import { expect } from 'chai';
import { placeLegalHold, releaseLegalHold } from '../../src/flows/legal-hold.js';
import { purgeInbound } from '../../src/flows/purge-inbound.js';
import { receiveInbound } from '../../src/flows/receive-inbound.js';
import { inboundOf } from '../../src/store/inbound.js';
import { databases } from '../support/databases.js';
import { type HouseUnderTest, NOW, openHouse } from '../support/house.js';
import { register } from '../support/registered.js';
import { debitFrom, ruleSet } from '../support/rules.js';

const DAY = 86_400_000;
const DAYS = 400;
const NUMBERS = ['+12015550100', '+12015550101', '+12015550102'];

for (const kind of databases) {
  describe(`retention of what customers sent, on ${kind.name}`, () => {
    let home: HouseUnderTest;

    beforeEach(async () => {
      const source = ruleSet({ name: 'large', conditions: debitFrom('100.00') });
      home = await openHouse(kind, { source, house: { evidenceMs: DAYS * DAY } });
      await register(home, { accountId: '7', customers: { '1': { phone: NUMBERS[0] } } });
      await register(home, { accountId: '8', customers: { '2': { phone: NUMBERS[1] } } });
      // The last one is nobody's.
      for (const from of NUMBERS) await send(from);
    });
    afterEach(() => home.close());

    const send = (from: string) =>
      receiveInbound(home.house, 'gateway', [{ providerId: `in${from}`, from, to: '+3728000', text: 'STOP' }]);
    const left = async () => {
      const { knex, table } = home.database;
      return [(await knex(table('inbound'))).length, (await knex(table('inbound_customers'))).length];
    };
    const textsOf = async (customerId: string) =>
      (await inboundOf(home.house.vault, home.database.knex, 'default', customerId, 10)).map(({ text }) => text);

    it('ends after its time, with every copy, and a STOP stays in force', async () => {
      expect(await left()).to.deep.equal([3, 2]);
      home.clock.now = NOW + DAYS * DAY;
      expect(await purgeInbound(home.house)).to.equal(0);
      home.clock.now += 1;
      expect(await purgeInbound(home.house)).to.equal(3);
      expect(await left()).to.deep.equal([0, 0]);
      const stops = await home.database.knex(home.database.table('stops'));
      expect(stops.filter(({ until }) => until === null)).to.not.have.length(0);
    });

    it('never ends where none is configured', async () => {
      home.clock.now += 10 * DAYS * DAY;
      expect(await purgeInbound({ ...home.house, evidenceMs: undefined })).to.equal(0);
      expect(await textsOf('1')).to.deep.equal(['STOP']);
    });

    it('waits for the end of a legal hold', async () => {
      const hold = { entity: 'default', customerId: '1', actor: 'counsel' };
      await placeLegalHold(home.house, { ...hold, reason: 'a dispute', reference: 'M-1' });
      home.clock.now += (DAYS + 1) * DAY;
      expect(await purgeInbound(home.house)).to.equal(2);
      expect(await textsOf('1')).to.deep.equal(['STOP']);
      await releaseLegalHold(home.house, hold);
      expect(await purgeInbound(home.house)).to.equal(1);
    });
  });
}
