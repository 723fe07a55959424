/** The outbox: alerts from the moment they are decided until their end. How they leave is in `claim-queue.ts` and `outbox-changes.ts`. */
import type { Knex } from 'knex';
import type { AlertDraft, AlertStatus } from '../contracts/decision.js';
import { LANES, type Lane } from '../contracts/rule.js';
import { BANK_BUCKET, UNSORTED_BUCKET } from './claim-queue.js';
import { subjectHash } from './crypto/subject-hash.js';
import type { SubjectKey } from './crypto/subject-key.js';
import type { Database } from './database.js';
import { insertRows } from './insert-rows.js';
import { type AlertRow, alertOf, type OutboxAlert, textContext, UNSENT } from './outbox-alert.js';

export { alertSubject, type OutboxAlert, openText, UNSENT } from './outbox-alert.js';

export interface AlertToStore {
  alertId: string;
  eventKey: Buffer;
  /** The profile's subject. */
  subject: string;
  entity: string;
  customerId?: string;
  rule: string;
  ruleVersion: string;
  draft: AlertDraft;
  status: Extract<AlertStatus, 'queued' | 'held'>;
  transactionHash?: Buffer;
  /** Epoch milliseconds before which it does not leave; at once where absent. */
  notBefore?: number;
  key: SubjectKey;
}

const COLUMNS = [
  'alert_id',
  'event_key',
  'profile_hash',
  'entity',
  'customer_id',
  'notify',
  'rule',
  'rule_version',
  'topic',
  'lane',
  'priority',
  'locale',
  'fires',
  'phone_choice',
  'status',
  'queued_at',
  'not_before',
  'expires_at',
  'attempts',
  'transaction_hash',
  'corrects',
  'text',
  'discreet',
  'delayed',
  'updated_at',
  'undelivered_reported',
  'bucket',
] as const;

export async function insertAlerts(
  database: Database,
  trx: Knex.Transaction,
  alerts: readonly AlertToStore[],
  at: number,
): Promise<void> {
  const rows = alerts.map((alert) => [
    alert.alertId,
    alert.eventKey,
    subjectHash(alert.subject),
    alert.entity,
    alert.customerId ?? null,
    alert.draft.notify,
    alert.rule,
    alert.ruleVersion,
    alert.draft.topic,
    LANES.indexOf(alert.draft.lane),
    alert.draft.priority,
    alert.draft.locale,
    alert.draft.fires,
    alert.draft.phone,
    alert.status,
    at,
    alert.notBefore ?? at,
    alert.draft.expiresAt ?? null,
    0,
    alert.transactionHash ?? null,
    alert.draft.corrects === undefined ? null : JSON.stringify(alert.draft.corrects),
    alert.key.seal(Buffer.from(alert.draft.text), textContext(alert.alertId)),
    alert.draft.discreet ? 1 : 0,
    0,
    at,
    0,
    alert.draft.notify === 'bank' ? BANK_BUCKET : UNSORTED_BUCKET,
  ]);
  await insertRows(database, trx, 'alerts', COLUMNS, rows);
}

/** Cancels those of these alerts that have not left. Returns how many were cancelled. */
export async function cancelUnsent(
  database: Database,
  trx: Knex.Transaction,
  alertIds: readonly string[],
  reason: string,
  at: number,
): Promise<number> {
  if (alertIds.length === 0) return 0;
  return trx(database.table('alerts'))
    .whereIn('alert_id', [...alertIds])
    .whereIn('status', [...UNSENT])
    .update({ status: 'cancelled', reason, updated_at: at });
}

/** Statuses of these alerts; those that do not exist are left out. */
export async function statusesOf(
  database: Database,
  trx: Knex,
  alertIds: readonly string[],
): Promise<Map<string, AlertStatus>> {
  const rows: { alert_id: string; status: AlertStatus }[] = await trx(database.table('alerts'))
    .select('alert_id', 'status')
    .whereIn('alert_id', [...alertIds]);
  return new Map(rows.map((row) => [row.alert_id, row.status]));
}

export async function findAlert(database: Database, trx: Knex, alertId: string): Promise<OutboxAlert | undefined> {
  const row = await trx<AlertRow>(database.table('alerts')).where('alert_id', alertId).first();
  return row === undefined ? undefined : alertOf(row);
}

export interface AlertFilter {
  entity?: string;
  status?: string;
  rule?: string;
  topic?: string;
  lane?: Lane;
  customerId?: string;
  /** Position after which the page begins, newest first. */
  after?: { queuedAt: number; alertId: string };
  limit: number;
}

/** Newest first. */
export async function listAlerts(database: Database, trx: Knex, filter: AlertFilter): Promise<OutboxAlert[]> {
  const { after, limit, lane, customerId, ...equal } = filter;
  const query = trx<AlertRow>(database.table('alerts'))
    .orderBy([
      { column: 'queued_at', order: 'desc' },
      { column: 'alert_id', order: 'desc' },
    ])
    .limit(limit);
  for (const [column, value] of Object.entries(equal)) if (value !== undefined) query.where(column, value);
  if (lane !== undefined) query.where('lane', LANES.indexOf(lane));
  if (customerId !== undefined) query.where('customer_id', customerId);
  if (after !== undefined) {
    query.where((where) =>
      where
        .where('queued_at', '<', after.queuedAt)
        .orWhere((same) => same.where('queued_at', after.queuedAt).where('alert_id', '<', after.alertId)),
    );
  }
  return (await query).map((row) => alertOf(row as AlertRow));
}

/** How many alerts are in each status, by lane. */
export async function countAlerts(
  database: Database,
  trx: Knex,
): Promise<{ status: AlertStatus; lane: Lane; count: number }[]> {
  const rows: { status: AlertStatus; lane: number; count: number }[] = await trx(database.table('alerts'))
    .select({ status: 'status', lane: 'lane', count: trx.raw('count(*)') })
    .groupBy('status', 'lane');
  return rows.map(({ status, lane, count }) => ({ status, lane: LANES[lane] ?? 'service', count: Number(count) }));
}
