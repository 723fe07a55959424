/**
 * A house for tests: a new migrated database, a vault, fixed settings, a rule set, and a clock that stands still until
 * the test moves it. `const home = await openHouse(database)`, then `home.house`, and `await home.close()` in the end.
 */
import type { Knex } from 'knex';
import { DEFAULT_CHALLENGE_POLICY } from '../../src/core/challenge/policy.js';
import type { Settings } from '../../src/core/context.js';
import { parseEvent } from '../../src/core/event/parse-event.js';
import { compileRuleSet, type RuleSet, type RuleSetSource } from '../../src/core/rules/rule-set.js';
import type { House, Logger } from '../../src/flows/house.js';
import { createHttp } from '../../src/flows/http-client.js';
import { createPipeline } from '../../src/flows/ingest/pipeline.js';
import type { CommitSummary } from '../../src/flows/ingest/settings.js';
import type { EventResult } from '../../src/flows/ingest/types.js';
import { readRuleSet } from '../../src/registry/rule-files.js';
import { createKeyRing } from '../../src/store/crypto/key-ring.js';
import { openVault } from '../../src/store/crypto/vault.js';
import { type Database, openDatabase } from '../../src/store/database.js';
import { migrateDatabase } from '../../src/store/migrate.js';
import { withTransaction } from '../../src/store/with-transaction.js';
import type { TestDatabase } from './databases.js';
import { createMigrated } from './migrated.js';

/** 10 November 2026, 12:00 in Tallinn. */
export const NOW = Date.UTC(2026, 10, 10, 10, 0, 0);

export const TEST_SETTINGS: Settings = {
  locale: 'en',
  timeZone: 'Europe/Tallinn',
  rates: { base: 'EUR', USD: '1.08', CZK: '25.00' },
  holidays: [],
  contactChangeMs: 72 * 3_600_000,
};

const silent: Logger = { debug() {}, info() {}, warn() {}, error() {} };

export interface HouseOptions {
  /** Directories of rule folders; the shipped ones unless stated. */
  rules?: readonly string[];
  /** Names of the only rules to take; all of them unless stated. */
  only?: readonly string[];
  /** A rule set as data, instead of directories. */
  source?: RuleSetSource;
  /** Epoch milliseconds that the clock starts at. */
  now?: number;
  writers?: number;
  capacity?: number;
  onCommitted?(summary: CommitSummary): void;
  /** Anything else of the house. */
  house?: Partial<House>;
}

export interface HouseUnderTest {
  house: House;
  database: Database;
  /** Epoch milliseconds; set it to move the clock. */
  clock: { now: number };
  inTransaction<T>(work: (trx: Knex.Transaction) => Promise<T>): Promise<T>;
  /** Commits one event (`specversion` and `time` are filled in) and answers what became of it. */
  commit(event: Record<string, unknown>): Promise<EventResult>;
  /** From the next batch on. */
  useRules(source: RuleSetSource): void;
  close(): Promise<void>;
}

export async function openHouse(kind: TestDatabase, options: HouseOptions = {}): Promise<HouseUnderTest> {
  const { config, drop } = await createMigrated(kind);
  const database = openDatabase({ config, tablePrefix: 'lb_', synchronous: 'NORMAL' });
  await migrateDatabase(database);
  const vault = await openVault(database, createKeyRing([{ id: 'test', key: 'c'.repeat(64) }]));
  const clock = { now: options.now ?? NOW };
  let ruleSet = await ruleSetOf(options);
  const parts: Omit<House, 'pipeline'> = {
    vault,
    settings: TEST_SETTINGS,
    ruleSet: () => ruleSet,
    now: () => clock.now,
    log: silent,
    limits: { bodyBytes: 1_048_576, batchEvents: 1_000, futureToleranceMs: 300_000 },
    adapters: [],
    http: createHttp(),
    random: () => 0.5,
    phoneRegion: 'EE',
    delivery: { senders: { default: 'BANK' }, attemptMs: 5_000, concurrency: 4 },
    challenges: DEFAULT_CHALLENGE_POLICY,
    wakeCourier: () => {},
    brake: { multiple: 20, minimum: 1_000 },
    ...options.house,
  };
  const pipeline =
    options.house?.pipeline ??
    createPipeline(parts, {
      writers: options.writers ?? (database.dialect === 'sqlite' ? 1 : 4),
      capacity: options.capacity ?? 10_000,
      onCommitted: options.onCommitted ?? (() => {}),
    });
  const house: House = { ...parts, pipeline };
  return {
    house,
    database,
    clock,
    inTransaction: (work) => withTransaction(database, work),
    async commit(input) {
      const completed = { specversion: '1.0', time: new Date(clock.now).toISOString(), ...input };
      const event = parseEvent(completed, { now: clock.now, futureToleranceMs: 0, origin: 'inside' });
      const [result] = await pipeline.submit([{ event, original: completed }]);
      return result as EventResult;
    },
    useRules(source) {
      ruleSet = compileRuleSet(source);
    },
    async close() {
      await pipeline.stop();
      await database.close();
      await drop();
    },
  };
}

/** Shipped rules are the same in every test, and a compiled set is never changed: each is compiled once. */
const shipped = new Map<string, Promise<RuleSet>>();

async function ruleSetOf({ source, rules, only }: HouseOptions): Promise<RuleSet> {
  if (source !== undefined) return compileRuleSet(source);
  if (rules !== undefined) return compileRuleSet(await readSource(rules, only));
  const key = only?.join() ?? 'all';
  const known = shipped.get(key) ?? readSource(['rules'], only).then(compileRuleSet);
  shipped.set(key, known);
  return known;
}

/** The rules of these directories, all of them or only those named. */
export async function readSource(directories: readonly string[], only?: readonly string[]): Promise<RuleSetSource> {
  const { source, problems } = await readRuleSet(directories);
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new Error(errors.map(({ file, message }) => `${file}: ${message}`).join('\n'));
  if (only === undefined) return source;
  return { ...source, rules: source.rules.filter(({ rule }) => only.includes(rule.name)) };
}
