import { join } from 'node:path';
import { expect } from 'chai';
import { berkaWorld } from '../schedule-year/berka.js';
import { generatedWorld } from '../schedule-year/generated.js';
import { liveThrough } from '../schedule-year/live-through.js';
import { FULL } from '../schedule-year/plan.js';
import type { World } from '../schedule-year/world.js';
import { databases, type TestDatabase } from '../support/databases.js';

for (const database of databases) {
  describe(`a year of schedules on ${database.name}`, function () {
    this.timeout(4 * 3_600_000);

    it('10,000 customers in twelve zones, two replicas that die and are away', async () => {
      const { told, kills } = await lived(database, generatedWorld(FULL));
      expect(kills).to.equal(FULL.kills);
      expect(Object.keys(told).sort()).to.deep.equal(['digest', 'due', 'note', 'offer', 'overdue', 'quiet']);
    });

    it('the standing payments and instalments of all real accounts: everybody paid on the day, so nothing is overdue', async () => {
      const file = join(process.env.LEDGERBELL_DATA_DIR ?? '', 'transactions', 'berka-events.dev.jsonl.gz');
      const { told } = await lived(database, berkaWorld(file, { kills: 100 }));
      expect(Object.keys(told).sort()).to.deep.equal(['digest', 'due', 'quiet']);
    });
  });
}

async function lived(database: TestDatabase, world: World) {
  const began = performance.now();
  const outcome = await liveThrough(database, world);
  const { told, silent, ends, kills, ticks, interrupted, delayed, given } = outcome;
  const seconds = Math.round((performance.now() - began) / 1000);
  console.log(`seed ${world.seed}: ${world.people.length} customers, ${world.facts.length} facts, ${seconds} s`);
  console.table({ ticks, kills, interrupted: interrupted.size, delayed, given });
  console.table({ ...told, ...ends, ...silent });
  return outcome;
}
