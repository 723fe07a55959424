import { expect } from 'chai';
import { runKills } from '../streams/run-kills.js';
import { databases } from '../support/databases.js';
import { natsUnavailable } from '../support/nats.js';

const EVENTS = 100_000;
const KILLS = 10;

for (const database of databases) {
  describe(`a stream of ${EVENTS} events on ${database.name}`, function () {
    this.timeout(1_800_000);

    it(`is decided once, in the order of each account, over ${KILLS} kills of the process and one of a server`, async function () {
      const unavailable = natsUnavailable();
      if (unavailable !== undefined) this.skip();
      const { seconds, messages, deliveries } = await runKills(database, {
        events: EVENTS,
        kills: KILLS,
        patienceMs: 600_000,
      });
      console.log(
        `      ${messages} messages, ${deliveries - messages} delivered again, ${seconds.toFixed(0)} s with publishing`,
      );
      expect(deliveries).to.be.above(messages);
    });
  });
}
