/** A house on a database that outlives it, as after a restart: nothing in memory is kept. */
import { DEFAULT_CHALLENGE_POLICY } from '../../src/core/challenge/policy.js';
import { compileRuleSet } from '../../src/core/rules/rule-set.js';
import type { House, NamedAdapter } from '../../src/flows/house.js';
import { createHttp } from '../../src/flows/http-client.js';
import { createPipeline } from '../../src/flows/ingest/pipeline.js';
import { createKeyRing } from '../../src/store/crypto/key-ring.js';
import { openVault } from '../../src/store/crypto/vault.js';
import { openDatabase } from '../../src/store/database.js';
import { migrateDatabase } from '../../src/store/migrate.js';
import type { CreatedDatabase } from '../support/databases.js';
import { TEST_SETTINGS } from '../support/house.js';
import { HOUSE_ZONE } from './local-time.js';

export const ATTEMPT_MS = 5_000;
/** Milliseconds after its claim within which a message leaves, or not at all. */
export const LEAVES_WITHIN = ATTEMPT_MS / 2;

export interface OpenHouse {
  house: House;
  close(): Promise<void>;
}

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const ruleSet = compileRuleSet({ rules: [], topics: {}, conditions: {} });

export async function openHouseOn(
  { config }: CreatedDatabase,
  world: { now(): number; random(): number; adapters: readonly NamedAdapter[] },
): Promise<OpenHouse> {
  const database = openDatabase({ config: structuredClone(config), tablePrefix: 'lb_', synchronous: 'NORMAL' });
  await migrateDatabase(database);
  const parts: Omit<House, 'pipeline'> = {
    vault: await openVault(database, createKeyRing([{ id: 'week', key: 'a'.repeat(64) }])),
    settings: { ...TEST_SETTINGS, timeZone: HOUSE_ZONE },
    ruleSet: () => ruleSet,
    now: world.now,
    log: silent,
    limits: { bodyBytes: 1_048_576, batchEvents: 1_000, futureToleranceMs: 300_000 },
    adapters: world.adapters,
    http: createHttp(),
    random: world.random,
    delivery: {
      senders: { default: 'BANK' },
      attemptMs: ATTEMPT_MS,
      concurrency: 40,
      routes: [
        { lanes: ['otp'], adapters: ['north', 'south'] },
        { lanes: ['marketing'], adapters: ['west', 'south'] },
        { countries: ['US'], adapters: ['west', 'north'] },
        { adapters: ['south', 'north', 'west'] },
      ],
      unknown: { otp: 'resend', security: 'resend' },
    },
    challenges: DEFAULT_CHALLENGE_POLICY,
    wakeCourier: () => {},
    brake: { multiple: 20, minimum: 1_000 },
  };
  const writers = database.dialect === 'sqlite' ? 1 : 4;
  const pipeline = createPipeline(parts, { writers, capacity: 1_000, onCommitted: () => {} });
  return {
    house: { ...parts, pipeline },
    async close() {
      await pipeline.stop();
      await database.close();
    },
  };
}
