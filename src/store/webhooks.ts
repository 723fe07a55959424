/** The outbox of webhooks to the bank: kept until they are taken, and listed where they were given up. Bodies hold ids, nothing personal. */
import type { Knex } from 'knex';
import type { Database } from './database.js';

export const WEBHOOK_STATUSES = ['pending', 'delivered', 'dead'] as const;
export type WebhookStatus = (typeof WEBHOOK_STATUSES)[number];

export interface WebhookToStore {
  /** Derived from what it tells and to whom, so that telling the same again makes no second one. */
  webhookId: string;
  endpoint: string;
  type: string;
  entity: string;
  /** Signed as it is. */
  body: string;
}

export interface StoredWebhook extends WebhookToStore {
  status: WebhookStatus;
  attempts: number;
  notBefore: number;
  /** What the last attempt ended with, where it was not taken. */
  code?: string;
  createdAt: number;
  updatedAt: number;
}

interface WebhookRow {
  webhook_id: string;
  endpoint: string;
  type: string;
  entity: string;
  body: string;
  status: WebhookStatus;
  attempts: number;
  not_before: number;
  code: string | null;
  created_at: number;
  updated_at: number;
}

/** In the transaction of what they tell. Those that are there already stay as they are. */
export async function insertWebhooks(
  database: Database,
  trx: Knex.Transaction,
  webhooks: readonly WebhookToStore[],
  at: number,
): Promise<void> {
  for (const { webhookId, endpoint, type, entity, body } of webhooks) {
    await trx(database.table('webhooks'))
      .insert({
        webhook_id: webhookId,
        endpoint,
        type,
        entity,
        body,
        status: 'pending',
        attempts: 0,
        not_before: at,
        code: null,
        created_at: at,
        updated_at: at,
        redriven: 0,
      })
      .onConflict('webhook_id')
      .ignore();
  }
}

/**
 * Takes those whose turn it is for `leaseMs`: whoever dies with them lets them come again, under the same id. `attempts` is
 * that of the attempt to come.
 */
export async function claimWebhooks(
  database: Database,
  trx: Knex.Transaction,
  claim: { now: number; leaseMs: number; limit: number },
): Promise<StoredWebhook[]> {
  const query = trx<WebhookRow>(database.table('webhooks'))
    .where('status', 'pending')
    .where('not_before', '<=', claim.now)
    .orderBy('not_before')
    .limit(claim.limit);
  const rows: WebhookRow[] = await (database.dialect === 'mysql' ? query.forUpdate().skipLocked() : query);
  if (rows.length === 0) return [];
  await trx(database.table('webhooks'))
    .whereIn(
      'webhook_id',
      rows.map((row) => row.webhook_id),
    )
    .update({ attempts: trx.raw('attempts + 1'), not_before: claim.now + claim.leaseMs, updated_at: claim.now });
  return rows.map((row) => ({ ...webhookOf(row), attempts: row.attempts + 1 }));
}

/** Records what came of one attempt; news of an attempt that another has followed changes nothing. */
export async function settleWebhook(
  database: Database,
  trx: Knex,
  { webhookId, attempts }: Pick<StoredWebhook, 'webhookId' | 'attempts'>,
  settled: { status: WebhookStatus; notBefore?: number; code?: string },
  at: number,
): Promise<void> {
  await trx(database.table('webhooks'))
    .where({ webhook_id: webhookId, status: 'pending', attempts })
    .update({
      status: settled.status,
      code: settled.code?.slice(0, 64) ?? null,
      updated_at: at,
      ...(settled.notBefore === undefined ? {} : { not_before: settled.notBefore }),
    });
}

export interface WebhookFilter {
  status?: WebhookStatus;
  /** Position after which the page begins, newest first. */
  after?: { createdAt: number; webhookId: string };
  limit: number;
}

/** Newest first. */
export async function listWebhooks(database: Database, trx: Knex, filter: WebhookFilter): Promise<StoredWebhook[]> {
  const { after, status, limit } = filter;
  const query = trx<WebhookRow>(database.table('webhooks'))
    .orderBy([
      { column: 'created_at', order: 'desc' },
      { column: 'webhook_id', order: 'desc' },
    ])
    .limit(limit);
  if (status !== undefined) query.where('status', status);
  if (after !== undefined) {
    query.where((where) =>
      where
        .where('created_at', '<', after.createdAt)
        .orWhere((same) => same.where('created_at', after.createdAt).where('webhook_id', '<', after.webhookId)),
    );
  }
  return (await query).map((row) => webhookOf(row as WebhookRow));
}

export async function findWebhook(
  database: Database,
  trx: Knex,
  webhookId: string,
): Promise<StoredWebhook | undefined> {
  const row = await trx<WebhookRow>(database.table('webhooks')).where('webhook_id', webhookId).first();
  return row === undefined ? undefined : webhookOf(row as WebhookRow);
}

/** Dead ones begin again, with all their attempts: one by its id, or all of them. Returns how many. */
export async function redriveDead(
  database: Database,
  trx: Knex.Transaction,
  webhookId: string | undefined,
  at: number,
): Promise<number> {
  const dead = trx(database.table('webhooks')).where('status', 'dead');
  if (webhookId !== undefined) dead.where('webhook_id', webhookId);
  return dead.update({ status: 'pending', attempts: 0, not_before: at, redriven: 1, updated_at: at });
}

/** Removes those that were taken before a time; dead ones stay until somebody looks at them. Returns how many. */
export async function deleteDelivered(database: Database, trx: Knex, before: number): Promise<number> {
  return trx(database.table('webhooks')).where('status', 'delivered').where('updated_at', '<', before).delete();
}

function webhookOf(row: WebhookRow): StoredWebhook {
  return {
    webhookId: row.webhook_id,
    endpoint: row.endpoint,
    type: row.type,
    entity: row.entity,
    body: row.body,
    status: row.status,
    attempts: row.attempts,
    notBefore: Number(row.not_before),
    createdAt: Number(row.created_at),
    updatedAt: Number(row.updated_at),
    ...(row.code === null ? {} : { code: row.code }),
  };
}
