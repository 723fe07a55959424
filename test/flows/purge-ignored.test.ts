import { expect } from 'chai';
import { purgeIgnored } from '../../src/flows/sources/purge-ignored.js';
import { countIgnored, listIgnored } from '../../src/store/source-ignored.js';
import { databases } from '../support/databases.js';
import { type HouseUnderTest, NOW, openHouse } from '../support/house.js';
import { ruleSet } from '../support/rules.js';

const DAY = 86_400_000;
const DAYS = 400;

for (const database of databases) {
  describe(`retention of what mappings ignored on ${database.name}`, () => {
    let home: HouseUnderTest;

    beforeEach(async () => {
      home = await openHouse(database, { source: ruleSet(), house: { evidenceMs: DAYS * DAY } });
      await ignore('first', NOW);
      await ignore('second', NOW + DAY);
    });
    afterEach(() => home.close());

    const ignore = (reason: string, at: number) =>
      home.inTransaction((trx) => countIgnored(home.database, trx, 'core', new Map([[reason, 2]]), at));
    const reasons = async () =>
      (await listIgnored(home.database, home.database.knex)).map(({ reason, count }) => [reason, count]);

    it('keeps the counts of a day for their time, and then nothing of them', async () => {
      home.clock.now = NOW + DAYS * DAY;
      expect(await purgeIgnored(home.house)).to.equal(0);
      home.clock.now += 1;
      expect(await purgeIgnored(home.house)).to.equal(1);
      expect(await reasons()).to.deep.equal([['second', 2]]);
      home.clock.now += DAY;
      expect(await purgeIgnored(home.house)).to.equal(1);
      expect(await reasons()).to.deep.equal([]);
    });

    it('goes by when it was seen last', async () => {
      await ignore('first', NOW + 60_000);
      home.clock.now = NOW + DAYS * DAY + 60_000;
      expect(await purgeIgnored(home.house)).to.equal(0);
      expect(await reasons()).to.deep.equal([
        ['second', 2],
        ['first', 4],
      ]);
    });

    it('is for ever where nothing is configured', async () => {
      home.house.evidenceMs = undefined;
      home.clock.now = NOW + 10_000 * DAY;
      expect(await purgeIgnored(home.house)).to.equal(0);
    });
  });
}
