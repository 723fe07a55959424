import { expect } from 'chai';
import { parseEvent } from '../../src/core/event/parse-event.js';
import type { EventResult, IncomingEvent } from '../../src/flows/ingest/types.js';
import { listAlerts } from '../../src/store/outbox.js';
import { type CreatedDatabase, databases, type TestDatabase } from '../support/databases.js';
import { type HouseUnderTest, NOW, openHouse } from '../support/house.js';
import { register } from '../support/registered.js';
import { debitFrom, posted, ruleSet } from '../support/rules.js';

const ROUNDS = 40;
const source = ruleSet({ name: 'large', conditions: debitFrom('100.00') });

/** As a request brings it; `data` overrides what is in a posting of account 7. */
function incoming(id: string, data: object = {}): IncomingEvent {
  const original = { specversion: '1.0', time: new Date(NOW).toISOString(), ...posted({ id, data }) };
  return { original, event: parseEvent(original, { now: NOW, futureToleranceMs: 0, origin: 'inside' }) };
}

function statusOf(result: EventResult | undefined): string {
  return result?.status === 'rejected' ? result.code : String(result?.status);
}

for (const kind of databases.filter(({ name }) => name !== 'SQLite')) {
  describe(`two replicas on one ${kind.name} database`, () => {
    let created: CreatedDatabase;
    let first: HouseUnderTest;
    let second: HouseUnderTest;

    before(async () => {
      created = await kind.create();
      const shared: TestDatabase = {
        ...kind,
        create: async () => ({ config: structuredClone(created.config), drop: async () => undefined }),
      };
      first = await openHouse(shared, { source });
      second = await openHouse(shared, { source });
      await register(first);
    });
    after(async () => {
      await first.close();
      await second.close();
      await created.drop();
    });

    it('that are sent the same new events at the same moment decide each once, and the other answers the same', async () => {
      for (let round = 0; round < ROUNDS; round++) {
        const events = ['a', 'b', 'c'].map((letter) => incoming(`same-${round}-${letter}`));
        const [one, other] = await Promise.all([
          first.house.pipeline.submit(events),
          second.house.pipeline.submit(events),
        ]);
        for (const [at, result] of one.entries()) {
          expect([statusOf(result), statusOf(other[at])]).to.have.members(['accepted', 'duplicate']);
          expect(result)
            .to.have.property('alerts')
            .that.deep.equals((other[at] as { alerts: unknown }).alerts);
        }
      }
      const alerts = await listAlerts(first.database, first.database.knex, { limit: 1_000 });
      expect(alerts).to.have.length(3 * ROUNDS);
    });

    it('that are sent one id for two accounts at the same moment take one of them, and the rest of both batches', async () => {
      for (let round = 0; round < ROUNDS; round++) {
        const id = `id-${round}`;
        const [one, other] = await Promise.all([
          first.house.pipeline.submit([incoming(id), incoming(`${id}-7`)]),
          second.house.pipeline.submit([incoming(id, { accountId: '8' }), incoming(`${id}-8`, { accountId: '8' })]),
        ]);
        expect([statusOf(one[0]), statusOf(other[0])]).to.have.members(['accepted', 'id-reused']);
        expect([statusOf(one[1]), statusOf(other[1])]).to.deep.equal(['accepted', 'accepted']);
      }
    });
  });
}
