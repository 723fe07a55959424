import { expect } from 'chai';
import { sqlite } from '../support/databases.js';
import { natsUnavailable } from '../support/nats.js';
import { runKills } from './run-kills.js';

const unavailable = natsUnavailable();
if (unavailable !== undefined) describe.skip(`a cluster of NATS (skipped: ${unavailable})`, () => it('is read'));
else {
  describe('a cluster of three NATS servers', () => {
    it('loses, repeats and reorders nothing when its leader and the reading process are killed', async () => {
      const { messages, deliveries } = await runKills(sqlite, { events: 2_000, kills: 1, patienceMs: 60_000 });
      expect(messages).to.be.at.least(2_000);
      expect(deliveries).to.be.at.least(messages);
    });
  });
}
