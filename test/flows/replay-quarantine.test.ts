import { expect } from 'chai';
import { receiveEvents } from '../../src/flows/receive.js';
import { type ReplayedEntry, replayAllQuarantined, replayQuarantined } from '../../src/flows/replay-quarantine.js';
import { listQuarantine } from '../../src/store/quarantine.js';
import { databases } from '../support/databases.js';
import { type HouseUnderTest, NOW, openHouse } from '../support/house.js';
import { debitFrom, posted, ruleSet } from '../support/rules.js';

for (const database of databases) {
  describe(`the quarantine on ${database.name}`, () => {
    let home: HouseUnderTest;

    beforeEach(async () => {
      home = await openHouse(database, { source: ruleSet({ name: 'large', conditions: debitFrom('100') }) });
    });

    afterEach(() => home.close());

    async function receive(event: object) {
      return receiveEvents(home.house, { events: [{ specversion: '1.0', ...event }], origin: 'events' });
    }

    async function replayAll(): Promise<ReplayedEntry[]> {
      const entries: ReplayedEntry[] = [];
      await replayAllQuarantined(home.house, (entry) => entries.push(entry));
      return entries;
    }

    it('gives back what was refused, once the cause is gone', async () => {
      const tomorrow = new Date(NOW + 86_400_000).toISOString();
      const [refused] = (await receive({ ...posted(), time: tomorrow })).results;
      expect(refused).to.include({ status: 'rejected', code: 'time-in-future' });
      expect((await replayAll()).map(({ outcome }) => outcome)).to.deep.equal(['time-in-future']);
      home.clock.now += 2 * 86_400_000;
      expect((await replayAll()).map(({ outcome }) => outcome)).to.deep.equal(['accepted']);
      expect(await replayAll(), 'nothing is open any more').to.deep.equal([]);
      const [entry] = await listQuarantine(home.database, home.database.knex, { limit: 1 });
      expect(entry).to.include({ outcome: 'accepted' });
    });

    it('never decides an id that came with two contents', async () => {
      const event: Record<string, unknown> = { ...posted(), time: new Date(NOW).toISOString() };
      await receive(event);
      await receive({ ...event, data: { ...(event.data as object), amount: '1.00' } });
      const [entry] = await listQuarantine(home.database, home.database.knex, { limit: 1 });
      expect(await replayQuarantined(home.house, entry?.id ?? 0)).to.include({ outcome: 'id-reused' });
    });

    it('semantics line twenty-two: card data is not kept, not even in quarantine', async () => {
      await receive({ ...posted({ data: { note: 'card 4111 1111 1111 1111', cvv: '123' } }), time: 'yesterday' });
      const { openQuarantined } = await import('../../src/store/quarantine.js');
      const [entry] = await listQuarantine(home.database, home.database.knex, { limit: 1 });
      const opened = await openQuarantined(home.house.vault, home.database.knex, entry?.id ?? 0);
      expect(opened?.body.toString()).to.contain('**** 1111').and.not.contain('4111').and.not.contain('"123"');
    });
  });
}
