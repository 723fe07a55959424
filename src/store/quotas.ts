/**
 * How often something happened within a sliding period, shared by all replicas and kept through restarts. Two
 * neighbouring windows stand for the period: the older one counts by the share of it that the period still covers, which
 * is never less strict than that share of events spread evenly.
 */
import type { Knex } from 'knex';
import type { Database } from './database.js';

export interface Quota {
  /** 32 bytes: what is counted. A keyed hash, so that a phone or an address cannot be read back. */
  key: Buffer;
  count: number;
  periodMs: number;
}

interface Row {
  quota_key: Buffer;
  window_start: number;
  used: number;
  ends_at: number;
}

/**
 * Takes one from each quota, or says that one of them is used up: the caller rolls back, or what was taken stays taken.
 * The row of a window is locked until the transaction ends, so that two at once cannot both take the last one; callers
 * pass quotas in one order.
 */
export async function takeQuotas(
  database: Database,
  trx: Knex.Transaction,
  quotas: readonly Quota[],
  now: number,
): Promise<Quota | undefined> {
  for (const quota of quotas) {
    if ((await takeOne(database, trx, quota, now)) > quota.count) return quota;
  }
  return undefined;
}

/** Returns how much of the period's count is used, this one included. */
async function takeOne(database: Database, trx: Knex.Transaction, quota: Quota, now: number): Promise<number> {
  const table = database.table('quotas');
  const start = now - (now % quota.periodMs);
  const row: Row = { quota_key: quota.key, window_start: start, used: 1, ends_at: start + 2 * quota.periodMs };
  await trx<Row>(table)
    .insert(row)
    .onConflict(['quota_key', 'window_start'])
    .merge({ used: trx.raw('?? + 1', [`${table}.used`]) });
  const rows: Row[] = await trx<Row>(table)
    .where({ quota_key: quota.key })
    .whereIn('window_start', [start, start - quota.periodMs]);
  const used = (at: number): number => rows.find(({ window_start }) => window_start === at)?.used ?? 0;
  const covered = 1 - (now - start) / quota.periodMs;
  return used(start) + Math.floor(used(start - quota.periodMs) * covered);
}

/** Removes windows that no period covers any more. */
export async function purgeQuotas(database: Database, trx: Knex, now: number): Promise<number> {
  return trx<Row>(database.table('quotas')).where('ends_at', '<', now).delete();
}
