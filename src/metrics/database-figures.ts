/** Figures that are in the database. Each is one query, shared by all scrapes of a few seconds, and left out where it fails. */
import { type Counter, Gauge, type Registry } from 'prom-client';
import type { NamedAdapter } from '../flows/house.js';
import type { Database } from '../store/database.js';
import { countQuarantined, countWatched, countWebhooks, databaseState, oldestDue } from '../store/figures.js';
import { listHolds } from '../store/holds.js';
import type { CachedOptions } from './cached.js';
import { cached } from './cached.js';
import { providerSamples } from './provider-samples.js';

export interface DatabaseFiguresOptions {
  registry: Registry;
  database: Database;
  adapters(): readonly NamedAdapter[];
  /** Epoch milliseconds. */
  now(): number;
  caching: Omit<CachedOptions, 'onFailed'>;
  errors: Counter<'figure'>;
}

export interface Sample {
  labels: Record<string, string>;
  value: number;
}

export function createDatabaseFigures(options: DatabaseFiguresOptions): void {
  const { database, now, adapters } = options;
  const { knex } = database;
  const gauge = gauges(options);
  const ask = asking(options);

  const alerts = ask('alerts', () => countWatched(database, knex));
  gauge('alerts', 'Alerts that still need something, by status and lane', ['status', 'lane'], async () =>
    (await alerts())?.map(({ status, lane, count }) => ({ labels: { status, lane }, value: count })),
  );
  const oldest = ask('oldest_waiting_seconds', async () => ({
    at: now(),
    due: await oldestDue(database, knex, now()),
  }));
  gauge(
    'oldest_waiting_seconds',
    'Seconds since which the first alert of a lane could have left; 0 where none waits',
    ['lane'],
    async () => {
      const found = await oldest();
      return found && [...found.due].map(([lane, since = found.at]) => secondsOf({ lane }, found.at - since));
    },
  );
  const quarantine = ask('quarantine_open', () => countQuarantined(database, knex));
  gauge('quarantine_open', 'Events in quarantine that nobody has replayed', [], async () => only(await quarantine()));
  const webhooks = ask('webhooks', () => countWebhooks(database, knex));
  gauge('webhooks', 'Webhooks to the bank that are not delivered: pending or dead', ['status'], async () => {
    const counts = await webhooks();
    return counts && Object.entries(counts).map(([status, value]) => ({ labels: { status }, value }));
  });
  const holds = ask('hold_seconds', () => listHolds(database, knex));
  gauge('hold_seconds', 'Seconds since which something is held', ['scope', 'value'], async () =>
    (await holds())?.map(({ scope, value, since }) => secondsOf({ scope, value }, now() - since)),
  );
  const providers = ask('provider', () => providerSamples(database, adapters(), now()));
  gauge(
    'provider_breaker',
    'Circuit breakers: 1 for the state they are in',
    ['provider', 'state'],
    async () => (await providers())?.breakers,
  );
  gauge(
    'provider_tokens',
    'Messages that may leave at once, at providers with a rate',
    ['provider'],
    async () => (await providers())?.tokens,
  );
  stateFigures(options);
}

/** What the database says of itself. */
function stateFigures(options: DatabaseFiguresOptions): void {
  const { database, now } = options;
  const gauge = gauges(options);
  const state = asking(options)('database', async () => ({
    ...(await databaseState(database, database.knex)),
    at: now(),
  }));
  gauge('database_up', '1 while the database answers', [], async () => only((await state()) === undefined ? 0 : 1));
  gauge('database_info', 'Dialect, last migration and identity', ['dialect', 'schema', 'database'], async () => {
    const found = await state();
    const { schema = '', identity = '' } = found ?? {};
    return found && [{ labels: { dialect: database.dialect, schema, database: identity }, value: 1 }];
  });
  gauge(
    'database_alive_timestamp_seconds',
    'When the service last noted in the database that it lives',
    [],
    async () => {
      const { aliveAt } = (await state()) ?? {};
      return only(aliveAt === undefined ? undefined : aliveAt / 1000);
    },
  );
  gauge('clock_offset_seconds', "Our clock against the database server's, to a second", [], async () => {
    const { clock, at = 0 } = (await state()) ?? {};
    return only(clock === undefined ? undefined : Math.trunc((at - clock) / 1000));
  });
}

/** Undefined samples leave the figure out. */
function gauges({ registry }: DatabaseFiguresOptions) {
  return (name: string, help: string, labelNames: string[], samples: () => Promise<readonly Sample[] | undefined>) =>
    new Gauge({
      name: `ledgerbell_${name}`,
      help,
      labelNames,
      registers: [registry],
      async collect() {
        const found = await samples();
        this.reset();
        // Without labels, a reset leaves a 0 that nobody measured.
        if (labelNames.length === 0) this.remove();
        for (const { labels, value } of found ?? []) this.set(labels, value);
      },
    });
}

function asking({ caching, errors }: DatabaseFiguresOptions) {
  return <T>(figure: string, read: () => Promise<T>) => {
    errors.inc({ figure }, 0);
    return cached(read, { ...caching, onFailed: () => errors.inc({ figure }) });
  };
}

function only(value: number | undefined): Sample[] | undefined {
  return value === undefined ? undefined : [{ labels: {}, value }];
}

function secondsOf(labels: Record<string, string>, milliseconds: number): Sample {
  return { labels, value: Math.max(0, milliseconds) / 1000 };
}
