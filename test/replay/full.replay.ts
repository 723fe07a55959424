import { databases } from '../support/databases.js';
import { fullSets } from './replay-data.js';
import { type ReplayMode, runReplay } from './run-replay.js';

const MODES: readonly ReplayMode[] = [
  { name: 'one by one', batch: 1 },
  { name: 'in batches of 7', batch: 7 },
  { name: 'in batches of 500', batch: 500 },
  { name: 'every event twice', batch: 100, twice: true },
  { name: 'killed ten times on the way', batch: 100, kills: 10 },
];

const folder = process.env.LEDGERBELL_DATA_DIR;

for (const database of databases) {
  describe(`all real transactions through a running service on ${database.name}`, function () {
    this.timeout(1_800_000);
    if (folder === undefined) {
      it.skip('needs LEDGERBELL_DATA_DIR to name the folder with the data');
      return;
    }
    for (const set of fullSets(folder)) {
      for (const mode of MODES) {
        it(`makes exactly the expected alerts of ${set.name}, ${mode.name}`, () => runReplay(database, set, mode));
      }
    }
  });
}
