import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { guardRestore, noteAlive } from '../../src/flows/guard-restore.js';
import { listHolds } from '../../src/store/holds.js';
import { putSetting } from '../../src/store/settings.js';
import { databases } from '../support/databases.js';
import { type HouseUnderTest, NOW, openHouse } from '../support/house.js';
import { register } from '../support/registered.js';
import { debitFrom, posted, ruleSet } from '../support/rules.js';

for (const database of databases) {
  describe(`a restored database on ${database.name}`, () => {
    let home: HouseUnderTest;
    let folder: string;
    let file: string;

    beforeEach(async () => {
      home = await openHouse(database, { source: ruleSet({ name: 'large', conditions: debitFrom('100') }) });
      folder = mkdtempSync(join(tmpdir(), 'ledgerbell-alive-'));
      file = join(folder, 'alive');
    });

    afterEach(async () => {
      rmSync(folder, { recursive: true });
      await home.close();
    });

    it('semantics line twenty-eight: one that went back starts held, and says who held it', async () => {
      await guardRestore(home.database, file, NOW);
      await noteAlive(home.database, file, NOW + 60_000);
      await home.inTransaction((trx) => putSetting(home.database, trx, 'alive-at', Buffer.from(String(NOW))));
      expect(await guardRestore(home.database, file, NOW + 120_000)).to.equal(true);
      const [hold] = await listHolds(home.database, home.database.knex);
      expect(hold).to.include({ scope: 'all', placedBy: 'restore-guard' });
      await register(home);
      const result = await home.commit(posted());
      expect(result.status === 'accepted' && result.alerts[0]?.status).to.equal('held');
    });

    it('semantics line twenty-eight: a start, a restart and a clean folder hold nothing', async () => {
      file = join(folder, 'not', 'made', 'yet', 'alive');
      expect(await guardRestore(home.database, file, NOW)).to.equal(false);
      expect(await guardRestore(home.database, file, NOW + 60_000)).to.equal(false);
      rmSync(file);
      expect(await guardRestore(home.database, file, NOW + 120_000)).to.equal(false);
    });
  });
}
