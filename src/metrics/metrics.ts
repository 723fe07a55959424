/** Figures for operators, in Prometheus' format. No label ever holds an account, a customer, a number or an alert. */
import { Counter, collectDefaultMetrics, Registry } from 'prom-client';
import type { TextPolicy } from '../contracts/rule.js';
import type { Claim } from '../flows/deliver/claim.js';
import type { AttemptResult } from '../flows/deliver/send-alert.js';
import type { Settled } from '../flows/deliver/settle.js';
import { within } from '../flows/deliver/within.js';
import type { NamedAdapter } from '../flows/house.js';
import type { CommitSummary } from '../flows/ingest/settings.js';
import type { Watch } from '../flows/watch.js';
import { originsOf } from '../store/alert-origins.js';
import type { Database } from '../store/database.js';
import { createDatabaseFigures } from './database-figures.js';
import { createDeliveryFigures } from './delivery-figures.js';
import { type HostRegistry, lend } from './host-registry.js';
import { createInfoFigures } from './info-figures.js';
import { createIngestFigures } from './ingest-figures.js';
import { createLatency } from './latency.js';
import { createStreamFigures, type StreamFigures, type StreamFiguresOptions } from './stream-figures.js';
import { createTickFigures } from './tick-figures.js';

export interface MetricsOptions {
  database: Database;
  version: string;
  /** Asked when somebody looks. */
  sources: {
    waiting(): number;
    adapters(): readonly NamedAdapter[];
    prices(): TextPolicy['prices'];
    ruleSetId(): string;
    /** Whether the rule files as they are could not be taken. */
    rulesBroken(): boolean;
    streams: StreamFiguresOptions['streams'];
  };
  /** Epoch milliseconds. */
  now(): number;
  /** Gets our figures too, and has those of the process already. */
  host?: HostRegistry;
  /** Milliseconds that a figure of the database is kept, and is waited for. */
  cacheMs?: number;
  patienceMs?: number;
}

export interface Metrics {
  registry: Registry;
  watch: Watch;
  streams: StreamFigures;
  committed(summary: CommitSummary, milliseconds?: number): void;
  commitFailed(): void;
  settled(settled: readonly Settled[], results: readonly AttemptResult[]): void;
  ended(ended: Claim['ended']): void;
  /**
   * Puts our figures into the host's registry; without one, adds those of the process to ours.
   * @throws LedgerbellError `metrics-taken` where the host's registry has figures of these names
   */
  start(): void;
  /** Takes ours out of the host's registry. */
  stop(): void;
}

const CACHE_MS = 5_000;
const PATIENCE_MS = 2_000;

export function createMetrics(options: MetricsOptions): Metrics {
  const { database, sources, now, host, cacheMs = CACHE_MS, patienceMs = PATIENCE_MS } = options;
  const registry = new Registry();
  const errors = new Counter({
    name: 'ledgerbell_scrape_errors_total',
    help: 'Figures that could not be had and were left out',
    labelNames: ['figure'],
    registers: [registry],
  });
  const caching = { forMs: cacheMs, patienceMs, elapsed: () => performance.now() };
  const latency = createLatency({
    registry,
    eventTimes: (alertIds) =>
      within(patienceMs, eventTimes(database, alertIds)).catch(() => {
        errors.inc({ figure: 'latency' });
        return undefined;
      }),
  });
  const ingest = createIngestFigures(registry, sources.waiting);
  const delivery = createDeliveryFigures({ registry, latency, prices: sources.prices });
  createDatabaseFigures({ registry, database, adapters: sources.adapters, now, caching, errors });
  createInfoFigures(registry, options);
  const { ticked } = createTickFigures(registry);
  const streams = createStreamFigures({ registry, streams: sources.streams, patienceMs, errors });
  const { eventsRefused, sourceIgnored, requestRefused, committed, commitFailed } = ingest;
  const { receiptsTaken, lookedInto, webhookPosted, settled, ended } = delivery;
  let takeBack: (() => void) | undefined;
  return {
    registry,
    watch: {
      committedWithin: (summary) => committed(summary),
      eventsRefused,
      sourceIgnored,
      requestRefused,
      receiptsTaken,
      lookedInto,
      webhookPosted,
      ticked,
    },
    streams,
    committed,
    commitFailed,
    settled,
    ended,
    start() {
      if (host !== undefined) takeBack ??= lend(registry, host);
      else if (registry.getSingleMetric(OF_PROCESS) === undefined) collectDefaultMetrics({ register: registry });
    },
    stop() {
      takeBack?.();
      takeBack = undefined;
    },
  };
}

/** One of prom-client's own. */
const OF_PROCESS = 'process_start_time_seconds';

async function eventTimes(database: Database, alertIds: readonly string[]): Promise<Map<string, number>> {
  const origins = await originsOf(database, database.knex, alertIds);
  return new Map([...origins].flatMap(([id, { eventTime }]) => (eventTime === undefined ? [] : [[id, eventTime]])));
}
