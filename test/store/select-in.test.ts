import { expect } from 'chai';
import { insertRows } from '../../src/store/insert-rows.js';
import { selectIn } from '../../src/store/select-in.js';
import { databases } from '../support/databases.js';
import { type HouseUnderTest, openHouse } from '../support/house.js';
import { debitFrom, ruleSet } from '../support/rules.js';

for (const database of databases) {
  describe(`reading many rows by key on ${database.name}`, () => {
    let home: HouseUnderTest;

    before(async () => {
      home = await openHouse(database, { source: ruleSet({ name: 'large', conditions: debitFrom('100') }) });
      const rows = Array.from({ length: 700 }, (_, index) => [`rule-${index}`, 3_600_000 * (index % 7), index]);
      await home.inTransaction((trx) => insertRows(home.database, trx, 'rule_rates', ['rule', 'hour', 'alerts'], rows));
    });

    after(() => home.close());

    const table = () => home.database.table('rule_rates');

    async function numbersOf(keys: string[]): Promise<number[]> {
      const sql = (list: string) => `select alerts from ${table()} where rule in ${list}`;
      const rows = await home.inTransaction((trx) =>
        selectIn<{ alerts: number }>(
          home.database,
          trx,
          { sql },
          keys.map((key) => [key]),
        ),
      );
      return rows.map(({ alerts }) => alerts).sort((a, b) => a - b);
    }

    it('gives each row once, however many keys there are', async () => {
      for (const count of [0, 1, 2, 3, 5, 255, 256, 257, 700]) {
        const wanted = Array.from({ length: count }, (_, index) => index);
        expect(await numbersOf(wanted.map((index) => `rule-${index}`))).to.deep.equal(wanted);
      }
    });

    it('leaves out keys that are not there', async () => {
      expect(await numbersOf(['rule-1', 'nothing', "rule-2' or '1'='1"])).to.deep.equal([1]);
    });

    it('takes keys of several columns, outside a transaction too, and gives the connection back', async () => {
      const sql = (list: string) => `select alerts from ${table()} where (rule, hour) in ${list}`;
      for (let time = 0; time < 20; time++) {
        const keys = [
          ['rule-8', 3_600_000],
          ['rule-9', 0],
        ];
        const rows = await selectIn<{ alerts: number }>(home.database, home.database.knex, { sql, width: 2 }, keys);
        expect(rows.map(({ alerts }) => alerts)).to.deep.equal([8]);
      }
    });
  });
}
