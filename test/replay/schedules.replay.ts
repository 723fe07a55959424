import { join } from 'node:path';
import { expect } from 'chai';
import { databases, sqlite } from '../support/databases.js';
import { berkaWorld } from './schedules-berka.js';
import { generatedWorld } from './schedules-generated.js';
import { expectedIn } from './schedules-oracle.js';
import { runWorld } from './schedules-world.js';

/** Smaller for a look in between. */
const CUSTOMERS = Number(process.env.LEDGERBELL_REPLAY_CUSTOMERS ?? 10_000);

describe('a year of schedules', function () {
  this.timeout(4 * 3_600_000);

  it(`${CUSTOMERS} customers in twelve zones, two replicas that crash and are away`, async () => {
    const options = {
      seed: 1,
      customers: CUSTOMERS,
      from: '2026-10-01T00:00:00Z',
      daily: 0.03,
      crashes: 0.02,
      both: 0.3,
    };
    const world = generatedWorld({ ...options, days: 365 });
    const { told, crashed, silent } = await runWorld(sqlite, world);
    console.log(`      ${told.length} messages, ${crashed} ticks that died, not told: ${JSON.stringify(silent)}`);
    const expected = new Set(expectedIn(world));
    expect(told.filter((line) => !expected.has(line))).to.deep.equal([]);
    expect(told.length).to.equal(expected.size);
    expect(new Set(told).size).to.equal(told.length);
  });

  for (const database of databases) {
    it(`the standing payments and instalments of all real transactions on ${database.name}`, async () => {
      const folder = process.env.LEDGERBELL_DATA_DIR ?? '';
      const world = berkaWorld(join(folder, 'transactions', 'berka-events.dev.jsonl.gz'));
      const { told } = await runWorld(database, world);
      console.log(`      ${world.obligations.length} payments that were due, ${told.length} messages`);
      expect(told).to.deep.equal(expectedIn(world));
    });
  }
});
