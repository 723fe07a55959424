/** A house as the service puts it together, with a courier and one provider behind HTTP, and customers who wait for codes. */
import kannel from '../../adapters/sms/kannel/index.js';
import { DEFAULT_CHALLENGE_POLICY } from '../../src/core/challenge/policy.js';
import { compileRuleSet } from '../../src/core/rules/rule-set.js';
import type { House } from '../../src/flows/house.js';
import { createHttp } from '../../src/flows/http-client.js';
import { createPipeline } from '../../src/flows/ingest/pipeline.js';
import { type Courier, createCourier } from '../../src/jobs/courier.js';
import { readRuleSet } from '../../src/registry/rule-files.js';
import { createKeyRing } from '../../src/store/crypto/key-ring.js';
import { openVault } from '../../src/store/crypto/vault.js';
import { migrateDatabase } from '../../src/store/migrate.js';
import type { BenchDatabase } from '../harness/databases.js';
import { KEYS, openStore } from '../ingestion/house.js';

/** The defaults of the configuration. */
const ATTEMPT_MS = 15_000;
const CONCURRENCY = 16;
const COURIER_LOOK = 500;

export interface CodeHouse {
  house: House;
  courier: Courier;
  close(): Promise<void>;
}

export async function openCodeHouse(bench: BenchDatabase, providerPort: number): Promise<CodeHouse> {
  const database = openStore(bench);
  await migrateDatabase(database);
  const { source } = await readRuleSet(['rules']);
  const ruleSet = compileRuleSet({
    ...source,
    rules: source.rules.filter(({ rule }) => rule.name === 'one-time-code'),
  });
  const http = createHttp({ timeoutMs: ATTEMPT_MS });
  const tools = {
    http,
    now: Date.now,
    receiptUrl: () => undefined,
    print: () => undefined,
    receive: async () => undefined,
  };
  const settings = { baseUrl: `http://127.0.0.1:${providerPort}`, username: 'bench', password: 'bench' };
  const provider = { name: 'kannel', processesIn: [], adapter: kannel.create(settings, tools) };
  const parts: Omit<House, 'pipeline' | 'wakeCourier'> = {
    vault: await openVault(database, createKeyRing(KEYS)),
    settings: {
      locale: 'en',
      timeZone: 'Europe/Tallinn',
      rates: { base: 'EUR' },
      holidays: [],
      contactChangeMs: 72 * 3_600_000,
    },
    ruleSet: () => ruleSet,
    now: Date.now,
    log: { debug: ignore, info: ignore, warn: ignore, error: (fields, message) => console.error(message, fields) },
    limits: { bodyBytes: 1_048_576, batchEvents: 1_000, futureToleranceMs: 300_000 },
    adapters: [provider],
    http,
    random: Math.random,
    delivery: { senders: { default: 'BANK' }, attemptMs: ATTEMPT_MS, concurrency: CONCURRENCY },
    challenges: DEFAULT_CHALLENGE_POLICY,
    brake: { multiple: 20, minimum: 1_000 },
  };
  let courier: Courier | undefined;
  const wakeCourier = () => courier?.wake();
  const writers = database.dialect === 'sqlite' ? 1 : 4;
  const pipeline = createPipeline(parts, { writers, capacity: 10_000, onCommitted: wakeCourier });
  const house: House = { ...parts, pipeline, wakeCourier };
  courier = createCourier(house, { everyMs: COURIER_LOOK });
  return {
    house,
    courier,
    async close() {
      await courier?.stop();
      await pipeline.stop();
      await database.close();
    },
  };
}

function ignore(): void {}
