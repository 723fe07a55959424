/** The pipeline without HTTP in front of it, in this process: what a host that calls it directly has, and what can be profiled. */
import { parseEvent } from '../../src/core/event/parse-event.js';
import { compileRuleSet, type RuleSetSource } from '../../src/core/rules/rule-set.js';
import { createPipeline } from '../../src/flows/ingest/pipeline.js';
import type { IncomingEvent } from '../../src/flows/ingest/types.js';
import { createKeyRing } from '../../src/store/crypto/key-ring.js';
import { openVault, type Vault } from '../../src/store/crypto/vault.js';
import { migrateDatabase } from '../../src/store/migrate.js';
import type { BenchDatabase } from '../harness/databases.js';
import type { Postings } from '../world/ingestion.js';
import { KEYS, openStore } from './house.js';

const SETTINGS = {
  locale: 'en',
  timeZone: 'Europe/Tallinn',
  rates: { base: 'EUR' },
  holidays: [],
  contactChangeMs: 72 * 3_600_000,
};

export interface Inside {
  vault: Vault;
  /** From the next batch on. */
  useRules(source: RuleSetSource): void;
  /** Commits `count` events, `inFlight` at a time, and answers the rate in events/s; parsing them is not counted. */
  ingest(events: Postings, count: number): Promise<number>;
  close(): Promise<void>;
}

const IN_FLIGHT = 1_600;

export async function openInside(bench: BenchDatabase, source: RuleSetSource): Promise<Inside> {
  const database = openStore(bench);
  await migrateDatabase(database);
  const vault = await openVault(database, createKeyRing(KEYS));
  let ruleSet = compileRuleSet(source);
  const pipeline = createPipeline(
    { vault, settings: SETTINGS, ruleSet: () => ruleSet, now: Date.now },
    { writers: database.dialect === 'sqlite' ? 1 : 4, capacity: 2 * IN_FLIGHT, onCommitted: () => undefined },
  );

  async function submitAll(incoming: readonly IncomingEvent[]): Promise<void> {
    for (let start = 0; start < incoming.length; start += IN_FLIGHT) {
      const answers = await pipeline.submit(incoming.slice(start, start + IN_FLIGHT));
      const refused = answers.find(({ status }) => status !== 'accepted');
      if (refused !== undefined) throw new Error(`an event was not accepted: ${JSON.stringify(refused)}`);
    }
  }

  return {
    vault,
    useRules(next) {
      ruleSet = compileRuleSet(next);
    },
    async ingest(events, count) {
      const incoming = Array.from({ length: count }, () => incomingEvent(events));
      const began = performance.now();
      await submitAll(incoming);
      return (count * 1000) / (performance.now() - began);
    },
    async close() {
      await pipeline.stop();
      await database.close();
    },
  };
}

function incomingEvent(events: Postings): IncomingEvent {
  const original = events.next();
  const now = Date.now();
  return { original, event: parseEvent(original, { now, futureToleranceMs: 60_000, origin: 'outside' }) };
}
