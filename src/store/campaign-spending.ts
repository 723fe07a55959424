/** What campaigns have used of their budgets and of their pace: changed by whoever lets their alerts leave, one claim at a time. */
import type { Knex } from 'knex';
import type { TokenBucket } from '../core/delivery/token-bucket.js';
import type { Database } from './database.js';
import { getSetting, insertSetting } from './settings.js';

export interface CampaignSpending {
  messages: number;
  /** Millionths of the prices' currency. */
  cost: number;
  /** Alerts that wait no more. */
  gone: number;
  bucket: TokenBucket;
  /** Microseconds. */
  nextSlot: number;
}

interface Row {
  campaign_key: Buffer;
  messages: number;
  cost: number;
  gone: number;
  tokens: number;
  refilled_at: number;
  next_slot: number;
}

const LOCK = 'marketing-lock';

/** Claims with marketing in them wait for each other from here on, so that budgets, paces and caps are exact over all replicas. */
export async function lockMarketing(database: Database, trx: Knex.Transaction): Promise<void> {
  if (database.dialect === 'sqlite') return;
  if ((await getSetting(database, trx, LOCK, { forUpdate: true })) !== undefined) return;
  await insertSetting(database, trx, LOCK, Buffer.from([1]));
  await getSetting(database, trx, LOCK, { forUpdate: true });
}

/** By the hexadecimal text of the key. */
export async function readSpending(
  database: Database,
  trx: Knex,
  keys: readonly Buffer[],
): Promise<Map<string, CampaignSpending>> {
  const rows: Row[] = await trx<Row>(database.table('campaign_spending')).whereIn('campaign_key', [...keys]);
  return new Map(
    rows.map((row) => [
      row.campaign_key.toString('hex'),
      {
        messages: Number(row.messages),
        cost: Number(row.cost),
        gone: Number(row.gone),
        bucket: { tokens: Number(row.tokens), refilledAt: Number(row.refilled_at) },
        nextSlot: Number(row.next_slot),
      },
    ]),
  );
}

export async function saveSpending(
  database: Database,
  trx: Knex.Transaction,
  key: Buffer,
  { messages, cost, gone, bucket, nextSlot }: CampaignSpending,
): Promise<void> {
  await trx(database.table('campaign_spending')).where({ campaign_key: key }).update({
    messages,
    cost,
    gone,
    tokens: bucket.tokens,
    refilled_at: bucket.refilledAt,
    next_slot: nextSlot,
  });
}
