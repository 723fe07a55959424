import { expect } from 'chai';
import { databases } from '../support/databases.js';
import { berkaWorld } from './berka.js';
import { generatedWorld } from './generated.js';
import { liveThrough } from './live-through.js';
import { SMALL, SMALLER } from './plan.js';

for (const database of databases) {
  const isSqlite = database.name === 'SQLite';

  describe(`a simulated autumn of schedules on ${database.name}`, () => {
    it('nobody is told early, late, twice, after paying, in the night, or against their will', async () => {
      const plan = isSqlite ? SMALL : SMALLER;
      const { told, kills } = await liveThrough(database, generatedWorld(plan));
      expect(kills).to.equal(plan.kills);
      const words = ['digest', 'due', 'offer', 'overdue', ...(isSqlite ? ['quiet'] : [])];
      expect(Object.keys(told)).to.include.members(words);
    });

    it('real accounts get the reminders of their standing payments', async () => {
      const options = { accounts: 3, kills: isSqlite ? 6 : 2 };
      const { told } = await liveThrough(database, berkaWorld('examples/data/berka-slice.jsonl.gz', options));
      expect(told.due).to.be.above(10);
    });
  });
}
