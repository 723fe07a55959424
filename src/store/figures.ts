/**
 * What operators watch, each with one query that an index answers. Rows are counted up to `MOST_COUNTED`: more than that is
 * "many", and a queue of a million must not cost a scrape more than one of a hundred thousand.
 */
import type { Knex } from 'knex';
import type { AlertStatus } from '../contracts/decision.js';
import { LANES, type Lane } from '../contracts/rule.js';
import type { Database } from './database.js';

export const MOST_COUNTED = 100_000;

/** Statuses in which somebody still has to do something about an alert; the others are counted as they are reached. */
export const WATCHED: readonly AlertStatus[] = ['queued', 'deferred', 'held', 'sending', 'unknown', 'dead'];

export interface AlertCount {
  status: AlertStatus;
  lane: Lane;
  count: number;
}

/** Every watched status and lane, those without alerts too. */
export async function countWatched(database: Database, trx: Knex, most = MOST_COUNTED): Promise<AlertCount[]> {
  const kinds = WATCHED.flatMap((status) => LANES.map((lane) => ({ status, lane })));
  const one = `select count(*) from (select 1 as one from ${database.table('alerts')} where status = ? and lane = ? limit ${most}) as t`;
  const values = kinds.flatMap(({ status, lane }) => [status, LANES.indexOf(lane)]);
  const counts = await numbersOf(
    database,
    trx,
    kinds.map(() => one),
    values,
  );
  return kinds.map((kind, index) => ({ ...kind, count: counts[index] ?? 0 }));
}

/** Epoch milliseconds since which the first alert of each lane could have left and has not; undefined where none waits. */
export async function oldestDue(database: Database, trx: Knex, now: number): Promise<Map<Lane, number | undefined>> {
  const kinds = LANES.flatMap((lane) => (['queued', 'deferred'] as const).map((status) => ({ status, lane })));
  const one = `select min(not_before) from ${database.table('alerts')} where status = ? and lane = ? and not_before <= ?`;
  const values = kinds.flatMap(({ status, lane }) => [status, LANES.indexOf(lane), now]);
  const times = await numbersOf(
    database,
    trx,
    kinds.map(() => one),
    values,
  );
  return new Map(
    LANES.map((lane) => {
      const own = times.filter((time, index): time is number => time !== undefined && kinds[index]?.lane === lane);
      return [lane, own.length === 0 ? undefined : Math.min(...own)];
    }),
  );
}

/** Events in quarantine that nobody has replayed. */
export async function countQuarantined(database: Database, trx: Knex, most = MOST_COUNTED): Promise<number> {
  const sql = `select count(*) from (select 1 as one from ${database.table('quarantine')} where replayed_at is null limit ${most}) as t`;
  const [count] = await numbersOf(database, trx, [sql], []);
  return count ?? 0;
}

export async function countWebhooks(
  database: Database,
  trx: Knex,
  most = MOST_COUNTED,
): Promise<{ pending: number; dead: number }> {
  const one = `select count(*) from (select 1 as one from ${database.table('webhooks')} where status = ? limit ${most}) as t`;
  const [pending = 0, dead = 0] = await numbersOf(database, trx, [one, one], ['pending', 'dead']);
  return { pending, dead };
}

export interface DatabaseState {
  /** The last migration. */
  schema: string;
  /** Names the database, once the service has run on it. */
  identity?: string;
  /** Epoch milliseconds that it last noted to be alive. */
  aliveAt?: number;
  /** Epoch milliseconds by the server's own clock, to a second; absent where the database is in this process. */
  clock?: number;
}

export async function databaseState(database: Database, trx: Knex): Promise<DatabaseState> {
  const setting = (name: string) => `(select value from ${database.table('settings')} where name = '${name}')`;
  const rows = await rowsOf(
    database,
    trx,
    `select (select max(name) from ${database.table('migrations')}) as \`schema\`,
       ${setting('database-id')} as identity, ${setting('alive-at')} as alive,
       ${database.dialect === 'mysql' ? 'unix_timestamp()' : 'null'} as clock`,
    [],
  );
  const { schema, identity, alive, clock } = rows[0] ?? {};
  return {
    schema: String(schema),
    ...(identity == null ? {} : { identity: String(identity) }),
    ...(alive == null ? {} : { aliveAt: Number(String(alive)) }),
    ...(clock == null ? {} : { clock: Number(clock) * 1000 }),
  };
}

/** The one number of each of these queries, in one statement; undefined for null. */
async function numbersOf(
  database: Database,
  trx: Knex,
  queries: readonly string[],
  values: readonly (string | number)[],
): Promise<(number | undefined)[]> {
  const columns = queries.map((sql, index) => `(${sql}) as n${index}`);
  const [row = {}] = await rowsOf(database, trx, `select ${columns.join(', ')}`, values);
  return queries.map((_sql, index) => {
    const value = row[`n${index}`];
    return value == null ? undefined : Number(value);
  });
}

async function rowsOf(
  database: Database,
  trx: Knex,
  sql: string,
  values: readonly (string | number)[],
): Promise<Record<string, unknown>[]> {
  const answer: unknown = await trx.raw(sql, [...values]);
  return (database.dialect === 'mysql' ? (answer as [unknown])[0] : answer) as Record<string, unknown>[];
}
