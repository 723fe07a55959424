/** How far each campaign has got, and which replica takes it further. */
import type { Knex } from 'knex';
import type { Tallies } from '../core/campaign/tallies.js';
import type { Database } from './database.js';
import type { ClickCount } from './short-links.js';

/** `cancel`: its alerts that wait are taken back. `release`: those that its pause held are let go. */
export type Sweep = 'cancel' | 'release';

export interface CampaignRun {
  leaseOwner?: string;
  /** Epoch milliseconds. */
  leaseUntil: number;
  /** The last customer that was looked at. */
  lastCustomer?: string;
  doneAt?: number;
  /** Microseconds. */
  nextSlot: number;
  tallies: Tallies;
  sweep?: Sweep;
  /** The last alert that was swept. */
  swept?: string;
  results: Partial<CampaignResults>;
  countedAt: number;
}

/** How its alerts stand, by variant. */
export interface CampaignResults {
  variants: Record<string, Record<string, number>>;
  /** Alerts that have not ended. */
  open: number;
  /** Held by its own pause. */
  paused: number;
  /** Of those in `variants`, the alerts that retention has removed: by position of the variant, and by status. */
  removed?: Record<string, Record<string, number>>;
  /** Of links that retention has removed. */
  clicks?: ClickCount[];
}

interface Row {
  campaign_key: Buffer;
  lease_owner: string | null;
  lease_until: number;
  last_customer: string | null;
  done_at: number | null;
  next_slot: number;
  tallies: string;
  sweep: Sweep | null;
  swept: string | null;
  results: string;
  counted_at: number;
}

/** Free, lapsed or ours already: it is ours from now on. Returns whether it is. */
export async function takeRun(
  database: Database,
  trx: Knex,
  key: Buffer,
  { owner, now, until }: { owner: string; now: number; until: number },
): Promise<boolean> {
  const taken = await trx(database.table('campaign_runs'))
    .where({ campaign_key: key })
    .where((free) => free.whereNull('lease_owner').orWhere('lease_owner', owner).orWhere('lease_until', '<=', now))
    .update({ lease_owner: owner, lease_until: until });
  return taken === 1;
}

export async function releaseRuns(database: Database, trx: Knex, owner: string): Promise<void> {
  await trx(database.table('campaign_runs'))
    .where({ lease_owner: owner })
    .update({ lease_owner: null, lease_until: 0 });
}

/** `lock`: until the transaction ends. */
export async function readRun(
  database: Database,
  trx: Knex,
  key: Buffer,
  options: { lock?: boolean } = {},
): Promise<CampaignRun | undefined> {
  const query = trx<Row>(database.table('campaign_runs')).where({ campaign_key: key }).first();
  const row: Row | undefined = await (options.lock && database.dialect === 'mysql' ? query.forUpdate() : query);
  return row === undefined ? undefined : runOf(row);
}

/** What is left out stays as it is; null empties it. */
export interface RunChange {
  leaseUntil?: number;
  lastCustomer?: string;
  doneAt?: number;
  nextSlot?: number;
  tallies?: Tallies;
  sweep?: Sweep | null;
  swept?: string | null;
  results?: Partial<CampaignResults>;
  countedAt?: number;
}

export async function changeRun(database: Database, trx: Knex, key: Buffer, change: RunChange): Promise<void> {
  const { leaseUntil, lastCustomer, doneAt, nextSlot, tallies, results, countedAt, ...rest } = change;
  await trx(database.table('campaign_runs'))
    .where({ campaign_key: key })
    .update({
      ...rest,
      ...(leaseUntil === undefined ? {} : { lease_until: leaseUntil }),
      ...(lastCustomer === undefined ? {} : { last_customer: lastCustomer }),
      ...(doneAt === undefined ? {} : { done_at: doneAt }),
      ...(nextSlot === undefined ? {} : { next_slot: nextSlot }),
      ...(tallies === undefined ? {} : { tallies: JSON.stringify(tallies) }),
      ...(results === undefined ? {} : { results: JSON.stringify(results) }),
      ...(countedAt === undefined ? {} : { counted_at: countedAt }),
    });
}

function runOf(row: Row): CampaignRun {
  return {
    ...(row.lease_owner === null ? {} : { leaseOwner: row.lease_owner }),
    leaseUntil: Number(row.lease_until),
    ...(row.last_customer === null ? {} : { lastCustomer: row.last_customer }),
    ...(row.done_at === null ? {} : { doneAt: Number(row.done_at) }),
    nextSlot: Number(row.next_slot),
    tallies: JSON.parse(row.tallies),
    ...(row.sweep === null ? {} : { sweep: row.sweep }),
    ...(row.swept === null ? {} : { swept: row.swept }),
    results: JSON.parse(row.results),
    countedAt: Number(row.counted_at),
  };
}
