import { expect } from 'chai';
import { createBrake, isStorm, noteAlerts } from '../../src/flows/ingest/storm-brake.js';
import { listHolds } from '../../src/store/holds.js';
import { ratesOf } from '../../src/store/rule-rates.js';
import { databases } from '../support/databases.js';
import { type HouseUnderTest, NOW, openHouse } from '../support/house.js';
import { debitFrom, ruleSet } from '../support/rules.js';

const HOUR = 3_600_000;
const SETTINGS = { multiple: 10, minimum: 50 };

for (const database of databases) {
  describe(`the storm brake on ${database.name}`, () => {
    let home: HouseUnderTest;

    beforeEach(async () => {
      home = await openHouse(database, { source: ruleSet({ name: 'large', conditions: debitFrom('100') }) });
    });

    afterEach(() => home.close());

    it('semantics line ten: holds a rule that alerts far more often than usual, once, and tells', async () => {
      const note = (count: number, at: number) => noteAlerts(home.database, new Map([['large', count]]), SETTINGS, at);
      for (let hour = 0; hour < 30; hour++) expect(await note(10, NOW + hour * HOUR)).to.deep.equal([]);
      const storm = NOW + 30 * HOUR;
      expect(await note(100, storm), 'ten times as often is not yet a storm').to.deep.equal([]);
      expect(await note(1, storm)).to.deep.equal(['large']);
      expect(await note(500, storm)).to.deep.equal([]);
      const [hold] = await listHolds(home.database, home.database.knex);
      expect(hold).to.include({ scope: 'rule', value: 'large', placedBy: 'storm-brake' });
    });

    it('loses no count of commits that follow each other closely', async () => {
      const brake = createBrake(home.house);
      const decisions = [
        { rule: 'large', outcome: 'alert' },
        { rule: 'large', outcome: 'cooldown' },
      ];
      for (let commit = 0; commit < 20; commit++) brake.note({ events: 1, duplicates: 0, rejected: [], decisions });
      await brake.stop();
      const [rate] = await ratesOf(home.database, home.database.knex, 'large', 0);
      expect(rate?.alerts).to.equal(20);
    });
  });
}

describe('what counts as a storm', () => {
  const hour = 100 * HOUR;

  it('nothing before a day has passed: there is no usual yet', () => {
    expect(
      isStorm(
        [
          { hour: hour - 23 * HOUR, alerts: 1 },
          { hour, alerts: 1_000_000 },
        ],
        hour,
        SETTINGS,
      ),
    ).to.equal(false);
    expect(
      isStorm(
        [
          { hour: hour - 24 * HOUR, alerts: 1 },
          { hour, alerts: 1_000_000 },
        ],
        hour,
        SETTINGS,
      ),
    ).to.equal(true);
  });

  it('nothing up to the minimum', () => {
    expect(
      isStorm(
        [
          { hour: hour - 48 * HOUR, alerts: 1 },
          { hour, alerts: 50 },
        ],
        hour,
        SETTINGS,
      ),
    ).to.equal(false);
  });
});
