/**
 * The queues in which alerts wait for their turn. A queue is a lane, a priority and a bucket: which adapters the alerts may
 * leave through, once that is known. Its key is one number that the database computes (migration 0002), and one index
 * holds every queue in the order in which it is served. So neither a million alerts of a lower lane, nor a million whose
 * provider is busy, nor those whose time has not come, are looked at by a claim.
 */
import type { Knex } from 'knex';
import { LANES, type Lane } from '../contracts/rule.js';
import type { Database } from './database.js';
import { type AlertRow, alertOf, type OutboxAlert } from './outbox-alert.js';

/** What the bank itself is told waits for no provider. */
export const BANK_BUCKET = 0;
/** Nobody has asked yet which adapters it may leave through; after every other bucket, whose alerts are older. */
export const UNSORTED_BUCKET = 65_535;

const BUCKETS = 65_536;
/** Priorities reach from -1,000 to 1,000. */
const PRIORITIES = 4_096;

export interface Queue {
  key: number;
  lane: Lane;
  bucket: number;
  /** Epoch milliseconds at which its first alert may leave. */
  dueAt: number;
}

/** The keys of a lane's queues, from the first on and before the end. */
export function keysOfLane(lane: Lane): { first: number; end: number } {
  const index = LANES.indexOf(lane);
  return { first: index * PRIORITIES * BUCKETS, end: (index + 1) * PRIORITIES * BUCKETS };
}

/** The queue after this one, in the order in which they are served. */
export async function nextQueue(database: Database, trx: Knex, after: number): Promise<Queue | undefined> {
  const row: { queue_key: number; not_before: number } | undefined = await trx(database.table('alerts'))
    .select('queue_key', 'not_before')
    .where('queue_key', '>', after)
    .orderBy(['queue_key', 'not_before'])
    .first();
  if (row === undefined) return undefined;
  const key = Number(row.queue_key);
  const lane = LANES[Math.floor(key / BUCKETS / PRIORITIES)] ?? 'marketing';
  return { key, lane, bucket: key % BUCKETS, dueAt: Number(row.not_before) };
}

/** Alerts of a queue that may leave now, oldest first, locked until the transaction ends; other replicas pass over them. */
export async function selectWaiting(
  database: Database,
  trx: Knex.Transaction,
  options: { key: number; now: number; limit: number },
): Promise<OutboxAlert[]> {
  const query = trx<AlertRow>(database.table('alerts'))
    .where('queue_key', options.key)
    .where('not_before', '<=', options.now)
    .orderBy(['not_before', 'alert_id'])
    .limit(options.limit);
  const rows: AlertRow[] = await (database.dialect === 'mysql' ? query.forUpdate().skipLocked() : query);
  return rows.map(alertOf);
}
