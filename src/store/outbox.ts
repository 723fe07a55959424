/** The outbox: alerts from the moment they are decided until their end, and every attempt to send them. */
import type { Knex } from 'knex';
import type { AlertDraft, AlertStatus } from '../contracts/decision.js';
import { LANES, type Lane } from '../contracts/rule.js';
import { accountSubject, customerSubject, subjectHash } from './crypto/subject-hash.js';
import type { SubjectKey } from './crypto/subject-key.js';
import type { Database } from './database.js';
import { insertRows } from './insert-rows.js';

/** Has not left, and will not be sent twice if it is cancelled now. */
export const UNSENT: readonly AlertStatus[] = ['queued', 'held', 'deferred'];

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
] as const;

/** Whose key seals an alert's text: the customer's, so that erasing them erases it; the account's where the bank is told. */
export function alertSubject(entity: string, customerId: string | undefined, profile: string): string {
  if (customerId !== undefined) return customerSubject(entity, customerId);
  return profile.startsWith('account:')
    ? accountSubject(entity, profile.slice('account:'.length))
    : `${entity}/${profile}`;
}

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
    at,
    alert.draft.expiresAt ?? null,
    0,
    alert.transactionHash ?? null,
    alert.draft.corrects === undefined ? null : JSON.stringify(alert.draft.corrects),
    alert.key.seal(Buffer.from(alert.draft.text), textContext(alert.alertId)),
    alert.draft.discreet ? 1 : 0,
    0,
    at,
    0,
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

export interface OutboxAlert {
  alertId: string;
  eventKey: Buffer;
  profileHash: Buffer;
  entity: string;
  customerId?: string;
  notify: 'customer' | 'bank';
  rule: string;
  ruleVersion: string;
  topic: string;
  lane: Lane;
  priority: number;
  locale: string;
  fires: 'each' | 'edge';
  phone: 'current' | 'previous';
  status: AlertStatus;
  reason?: string;
  queuedAt: number;
  notBefore: number;
  expiresAt?: number;
  attempts: number;
  provider?: string;
  providerId?: string;
  code?: string;
  encoding?: string;
  parts?: number;
  corrects?: string[];
  discreet: boolean;
  /** It was deferred, held or retried: by now it may no longer be true. */
  delayed: boolean;
  updatedAt: number;
  sealedText: Buffer;
}

/** The columns of `alerts` as the database gives them. */
interface AlertRow {
  alert_id: string;
  event_key: Buffer;
  profile_hash: Buffer;
  entity: string;
  customer_id: string | null;
  notify: 'customer' | 'bank';
  rule: string;
  rule_version: string;
  topic: string;
  lane: number;
  priority: number;
  locale: string;
  fires: 'each' | 'edge';
  phone_choice: 'current' | 'previous';
  status: AlertStatus;
  reason: string | null;
  queued_at: number;
  not_before: number;
  expires_at: number | null;
  attempts: number;
  provider: string | null;
  provider_id: string | null;
  code: string | null;
  encoding: string | null;
  parts: number | null;
  corrects: string | null;
  text: Buffer;
  discreet: number;
  delayed: number;
  updated_at: number;
}

/**
 * Alerts that may leave now, one lane after the other, locked until the transaction ends; other replicas pass over them.
 * A deferred one whose time has come is among them.
 */
export async function selectReady(
  database: Database,
  trx: Knex.Transaction,
  options: { now: number; limit: number; onlyBank: boolean },
): Promise<OutboxAlert[]> {
  const query = trx<AlertRow>(database.table('alerts'))
    .whereIn('status', ['queued', 'deferred'])
    .where('not_before', '<=', options.now)
    .orderBy([
      { column: 'lane' },
      { column: 'priority', order: 'desc' },
      { column: 'not_before' },
      { column: 'alert_id' },
    ])
    .limit(options.limit);
  if (options.onlyBank) query.where('notify', 'bank');
  const rows: AlertRow[] = await (database.dialect === 'mysql' ? query.forUpdate().skipLocked() : query);
  return rows.map(alertOf);
}

export interface AlertChange {
  status: AlertStatus;
  reason?: string | null;
  notBefore?: number;
  provider?: string;
  providerId?: string | null;
  code?: string | null;
  encoding?: string;
  parts?: number;
  attempts?: number;
  delayed?: boolean;
  leaseOwner?: string | null;
  leaseUntil?: number | null;
}

/** Writes one alert's new state. Returns false where it was no longer in one of `from`. */
export async function updateAlert(
  database: Database,
  trx: Knex,
  alertId: string,
  from: readonly AlertStatus[],
  change: AlertChange,
  at: number,
): Promise<boolean> {
  const columns = Object.entries({
    status: change.status,
    reason: change.reason,
    not_before: change.notBefore,
    provider: change.provider,
    provider_id: change.providerId,
    code: change.code,
    encoding: change.encoding,
    parts: change.parts,
    attempts: change.attempts,
    delayed: change.delayed === undefined ? undefined : Number(change.delayed),
    lease_owner: change.leaseOwner,
    lease_until: change.leaseUntil,
    updated_at: at,
  }).filter(([, value]) => value !== undefined);
  const changed = await trx(database.table('alerts'))
    .where('alert_id', alertId)
    .whereIn('status', [...from])
    .update(Object.fromEntries(columns));
  return changed === 1;
}

/** What left and was never heard of again, because its process died: it may have been sent, so it is not sent again. */
export async function markAbandoned(database: Database, trx: Knex, now: number): Promise<number> {
  return trx(database.table('alerts'))
    .where('status', 'sending')
    .where('lease_until', '<', now)
    .update({ status: 'unknown', code: 'process-died', lease_owner: null, lease_until: null, updated_at: now });
}

/** Alerts that ended in one of these statuses and whose profile has not been told. */
export async function listUnreported(
  database: Database,
  trx: Knex,
  statuses: readonly AlertStatus[],
  limit: number,
): Promise<OutboxAlert[]> {
  const rows: AlertRow[] = await trx<AlertRow>(database.table('alerts'))
    .whereIn('status', [...statuses])
    .where('undelivered_reported', 0)
    .orderBy('alert_id')
    .limit(limit);
  return rows.map(alertOf);
}

export async function markReported(database: Database, trx: Knex, alertIds: readonly string[]): Promise<void> {
  await trx(database.table('alerts'))
    .whereIn('alert_id', [...alertIds])
    .update({ undelivered_reported: 1 });
}

export async function findAlert(database: Database, trx: Knex, alertId: string): Promise<OutboxAlert | undefined> {
  const row = await trx<AlertRow>(database.table('alerts')).where('alert_id', alertId).first();
  return row === undefined ? undefined : alertOf(row);
}

export async function findByProviderId(
  database: Database,
  trx: Knex,
  provider: string,
  providerId: string,
): Promise<OutboxAlert | undefined> {
  const row = await trx<AlertRow>(database.table('alerts')).where({ provider, provider_id: providerId }).first();
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

/** Opens an alert's text with the key of its `alertSubject`. */
export function openText(alert: Pick<OutboxAlert, 'alertId' | 'sealedText'>, key: SubjectKey): string {
  return key.open(alert.sealedText, textContext(alert.alertId)).toString();
}

function alertOf(row: AlertRow): OutboxAlert {
  const optional = {
    customerId: row.customer_id,
    reason: row.reason,
    expiresAt: row.expires_at === null ? null : Number(row.expires_at),
    provider: row.provider,
    providerId: row.provider_id,
    code: row.code,
    encoding: row.encoding,
    parts: row.parts,
    corrects: row.corrects === null ? null : JSON.parse(row.corrects),
  };
  return {
    alertId: row.alert_id,
    eventKey: row.event_key,
    profileHash: row.profile_hash,
    entity: row.entity,
    notify: row.notify,
    rule: row.rule,
    ruleVersion: row.rule_version,
    topic: row.topic,
    lane: LANES[row.lane] ?? 'service',
    priority: row.priority,
    locale: row.locale,
    fires: row.fires,
    phone: row.phone_choice,
    status: row.status,
    queuedAt: Number(row.queued_at),
    notBefore: Number(row.not_before),
    attempts: row.attempts,
    discreet: row.discreet === 1,
    delayed: row.delayed === 1,
    updatedAt: Number(row.updated_at),
    sealedText: row.text,
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== null)),
  };
}

function textContext(alertId: string): string {
  return `alert/${alertId}`;
}
