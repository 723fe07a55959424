import { databases } from '../support/databases.js';
import { sliceSets } from './replay-data.js';
import { type ReplayMode, runReplay } from './run-replay.js';

const MODES: readonly (ReplayMode & { set: string; events: number })[] = [
  { set: 'Berka', name: 'one by one', batch: 1, events: 400 },
  { set: 'Berka', name: 'in batches of 7', batch: 7, events: 1000 },
  { set: 'Berka', name: 'in batches of 500', batch: 500, events: 5000 },
  { set: 'Berka', name: 'every event twice', batch: 50, twice: true, events: 1000 },
  { set: 'Berka', name: 'killed three times on the way', batch: 50, kills: 3, events: 2000 },
  { set: 'Sparkov', name: 'in batches of 100', batch: 100, events: 1000 },
];
const SETS = sliceSets();

for (const database of databases) {
  describe(`real transactions through a running service on ${database.name}`, function () {
    this.timeout(180_000);
    for (const { set: name, events, ...mode } of MODES) {
      it(`makes exactly the expected alerts of ${name}, ${mode.name}`, async () => {
        const set = SETS.find((one) => one.name === name);
        if (set === undefined) throw new Error(`there is no set ${name}`);
        await runReplay(database, { ...set, events: set.events.slice(0, events) }, mode);
      });
    }
  });
}
