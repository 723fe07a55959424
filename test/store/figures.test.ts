import { expect } from 'chai';
import { countQuarantined, countWatched, countWebhooks, oldestDue } from '../../src/store/figures.js';
import { keepInQuarantine, markReplayed } from '../../src/store/quarantine.js';
import { databases } from '../support/databases.js';
import { type HouseUnderTest, NOW, openHouse } from '../support/house.js';
import { register } from '../support/registered.js';
import { debitFrom, posted, ruleSet } from '../support/rules.js';

for (const database of databases) {
  describe(`figures of the database on ${database.name}`, () => {
    let home: HouseUnderTest;

    beforeEach(async () => {
      home = await openHouse(database, { source: ruleSet({ name: 'large', conditions: debitFrom('100.00') }) });
      await register(home);
    });

    afterEach(() => home.close());

    it('count no further than they are asked to', async () => {
      for (let event = 0; event < 5; event++) await home.commit(posted());
      const queued = async (most: number) => {
        const counts = await countWatched(home.database, home.database.knex, most);
        return counts.filter(({ count }) => count > 0);
      };
      expect(await queued(100)).to.deep.equal([{ status: 'queued', lane: 'service', count: 5 }]);
      expect(await queued(3)).to.deep.equal([{ status: 'queued', lane: 'service', count: 3 }]);
    });

    it('leave out of quarantine what was replayed, and of waiting what is not due', async () => {
      const { vault } = home.house;
      const entry = { receivedAt: NOW, origin: 'events', code: 'x', message: 'x', body: Buffer.from('{}') };
      await home.inTransaction(async (trx) => {
        const id = await keepInQuarantine(vault, trx, entry);
        await keepInQuarantine(vault, trx, entry);
        await markReplayed(home.database, trx, { id, at: NOW, outcome: 'accepted' });
      });
      expect(await countQuarantined(home.database, home.database.knex)).to.equal(1);
      await home.commit(posted());
      const due = async (now: number) => (await oldestDue(home.database, home.database.knex, now)).get('service');
      expect([await due(NOW - 1), await due(NOW)]).to.deep.equal([undefined, NOW]);
    });

    it('are answered by indexes alone', async () => {
      const plans: string[] = [];
      const asked: { sql: string; bindings: readonly (string | number)[] }[] = [];
      const { knex } = home.database;
      knex.on('query', (query) => asked.push(query));
      await countWatched(home.database, knex);
      await oldestDue(home.database, knex, NOW);
      await countQuarantined(home.database, knex);
      await countWebhooks(home.database, knex);
      for (const { sql, bindings } of asked.splice(0)) plans.push(...(await planOf(home, sql, bindings)));
      expect(plans.length).to.be.at.least(27);
      expect(plans.filter((step) => !/INDEX|^$/i.test(step))).to.deep.equal([]);
    });
  });
}

/** One line for each table that a query reads: how it is reached. */
async function planOf(
  { database }: HouseUnderTest,
  sql: string,
  bindings: readonly (string | number)[],
): Promise<string[]> {
  if (database.dialect === 'sqlite') {
    const steps: { detail: string }[] = await database.knex.raw(`explain query plan ${sql}`, [...bindings]);
    return steps
      .map(({ detail }) => detail)
      .filter((detail) => /^(?:SEARCH|SCAN) \w*(?:alerts|quarantine|webhooks)/.test(detail));
  }
  const [steps] = await database.knex.raw(`explain ${sql}`, [...bindings]);
  return (steps as { table: string | null; key: string | null; Extra: string }[])
    .filter(({ table }) => table !== null && /alerts|quarantine|webhooks/.test(table))
    .map(({ key, Extra }) => (key === null ? `no key: ${Extra}` : `INDEX ${key}`));
}
