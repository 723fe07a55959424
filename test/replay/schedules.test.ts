import { expect } from 'chai';
import { databases } from '../support/databases.js';
import { berkaWorld } from './schedules-berka.js';
import { generatedWorld } from './schedules-generated.js';
import { expectedIn } from './schedules-oracle.js';
import { runWorld } from './schedules-world.js';

for (const database of databases) {
  describe(`schedules on a calendar of two replicas on ${database.name}`, function () {
    this.timeout(120_000);

    it('200 customers in twelve zones: no reminder early, late, doubled or after payment, and each digest once', async () => {
      // Each in about the same time.
      const days = database.name === 'SQLite' ? 14 : 6;
      // Clocks change in Europe on 25 October, in America on 1 November.
      const options = {
        seed: 20261122,
        customers: 200,
        from: '2026-10-20T00:00:00Z',
        daily: 0.03,
        crashes: 0.1,
        both: 0.5,
      };
      const world = generatedWorld({ ...options, days });
      const { told, crashed } = await runWorld(database, world);
      expect(told).to.deep.equal(expectedIn(world));
      expect(told.length).to.be.above(50);
      expect(crashed).to.be.above(2);
    });

    it('the standing payments and loan instalments of real transactions', async () => {
      const world = berkaWorld('examples/data/berka-slice.jsonl.gz', database.name === 'SQLite' ? undefined : 10);
      const { told } = await runWorld(database, world);
      expect(told).to.deep.equal(expectedIn(world));
      expect(told.length).to.be.above(10);
    });
  });
}
