import { expect } from 'chai';
import { databases } from '../support/databases.js';
import { agreedAmong } from './campaign-customers.js';
import { runCampaign } from './campaign-run.js';

for (const database of databases) {
  describe(`a campaign in a service that is killed on ${database.name}`, function () {
    this.timeout(240_000);

    it('tells everybody who agreed, and nobody twice', async () => {
      const figures = await runCampaign(database, { customers: 600, kills: 1, livesFor: 250 });
      expect(figures).to.deep.include({
        seen: 600,
        alerts: agreedAmong(600),
        expected: agreedAmong(600),
        repeats: 0,
        open: 0,
        state: 'finished',
      });
      // What was on its way when the process died may have arrived; it is not sent again.
      expect(figures.phones).to.be.at.least(figures.expected - figures.unknown);
    });
  });
}
