import { expect } from 'chai';
import { databases } from '../support/databases.js';
import { runCampaign } from './campaign-run.js';

const customers = Number(process.env.LEDGERBELL_CAMPAIGN_CUSTOMERS ?? 1_000_000);
const seconds = Number(process.env.LEDGERBELL_CAMPAIGN_SECONDS ?? 300);
const KILLS = 5;

for (const database of databases) {
  describe(`a campaign to ${customers} customers on ${database.name}`, function () {
    this.timeout(3_600_000);

    it('begins at once, survives kills without a repeat, and ends when it is stopped, in memory that does not grow', async () => {
      const plan = { customers, kills: KILLS, livesFor: 5_000, stopAfter: seconds * 1_000 };
      const figures = await runCampaign(database, plan);
      console.table({ ...figures, memory: JSON.stringify(figures.memory) });
      expect(figures).to.deep.include({ repeats: 0, open: 0, alerts: figures.expected, state: 'stopped' });
      expect(figures.firstAfter, 'milliseconds to the first SMS').to.be.below(10_000);
      expect(figures.lastAfterStop, 'milliseconds from the stop to the last SMS').to.be.below(2_000);
      expect(figures.memory.late, 'megabytes').to.be.below(figures.memory.early * 1.25 + 64);
    });
  });
}
