/** What becomes of alerts in the outbox, one or many at a time. */
import type { Knex } from 'knex';
import type { AlertStatus } from '../contracts/decision.js';
import type { Database } from './database.js';
import { type AlertRow, alertOf, type OutboxAlert } from './outbox-alert.js';
import { selectIn } from './select-in.js';
import { updateRows } from './update-rows.js';

/** What is left out stays as it is; null empties it. */
export interface AlertChange {
  status?: AlertStatus;
  reason?: string | null;
  notBefore?: number;
  provider?: string;
  providerId?: string | null;
  code?: string | null;
  encoding?: string;
  parts?: number;
  attempts?: number;
  steps?: number;
  lookups?: number;
  resends?: number;
  bucket?: number;
  afterAdapter?: string | null;
  sentAt?: number;
  checkAt?: number | null;
  delayed?: boolean;
  leaseOwner?: string | null;
  leaseUntil?: number | null;
  undeliveredReported?: boolean;
}

const COLUMNS: Readonly<Record<keyof AlertChange, string>> = {
  status: 'status',
  reason: 'reason',
  notBefore: 'not_before',
  provider: 'provider',
  providerId: 'provider_id',
  code: 'code',
  encoding: 'encoding',
  parts: 'parts',
  attempts: 'attempts',
  steps: 'steps',
  lookups: 'lookups',
  resends: 'resends',
  bucket: 'bucket',
  afterAdapter: 'after_adapter',
  sentAt: 'sent_at',
  checkAt: 'check_at',
  delayed: 'delayed',
  leaseOwner: 'lease_owner',
  leaseUntil: 'lease_until',
  undeliveredReported: 'undelivered_reported',
};

/** Column and value of what the change names. */
function assignments(change: AlertChange): [string, unknown][] {
  return Object.entries(COLUMNS).flatMap(([property, column]): [string, unknown][] => {
    const value = change[property as keyof AlertChange];
    if (value === undefined) return [];
    return [[column, typeof value === 'boolean' ? Number(value) : value]];
  });
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
  const changed = await trx(database.table('alerts'))
    .where('alert_id', alertId)
    .whereIn('status', [...from])
    .update({ ...Object.fromEntries(assignments(change)), updated_at: at });
  return changed === 1;
}

export interface NamedChange {
  alertId: string;
  change: AlertChange;
}

/** Writes the new state of alerts that this transaction has locked. */
export async function changeAlerts(
  database: Database,
  trx: Knex.Transaction,
  changes: readonly NamedChange[],
  at: number,
): Promise<void> {
  const groups = new Map<string, { columns: string[]; rows: unknown[][] }>();
  for (const { alertId, change } of changes) {
    const assigned = assignments(change);
    const columns = [...assigned.map(([column]) => column), 'updated_at'];
    const group = groups.get(columns.join()) ?? { columns, rows: [] };
    groups.set(columns.join(), group);
    group.rows.push([alertId, ...assigned.map(([, value]) => value), at]);
  }
  for (const group of groups.values()) await updateRows(database, trx, { table: 'alerts', key: 'alert_id', ...group });
}

/** These alerts as they are now, locked until the transaction ends, always in the same order. */
export async function lockAlerts(
  database: Database,
  trx: Knex.Transaction,
  alertIds: readonly string[],
): Promise<Map<string, OutboxAlert>> {
  const sql = (list: string) => `${selectAlerts(database)} where alert_id in ${list} ${lockEnd(database)}`;
  const keys = [...alertIds].sort().map((alertId) => [alertId]);
  const rows = await selectIn<AlertRow>(database, trx, { sql }, keys);
  return new Map(rows.map((row) => [row.alert_id, alertOf(row)]));
}

/** The same, of messages that their provider knows by these ids. Waits for who is just recording one. */
export async function lockByProviderId(
  database: Database,
  trx: Knex.Transaction,
  provider: string,
  providerIds: readonly string[],
): Promise<OutboxAlert[]> {
  const sql = (list: string) =>
    `${selectAlerts(database)} where provider = ? and provider_id in ${list} ${lockEnd(database)}`;
  const keys = [...providerIds].sort().map((providerId) => [providerId]);
  return (await selectIn<AlertRow>(database, trx, { sql, before: [provider] }, keys)).map(alertOf);
}

function selectAlerts(database: Database): string {
  return `select * from ${database.table('alerts')}`;
}

function lockEnd({ dialect }: Database): string {
  return dialect === 'mysql' ? 'order by alert_id for update' : 'order by alert_id';
}

/**
 * What left and was never heard of again, because its process died: it may have been sent, so it is not sent again, and is
 * looked into at once. Returns how many.
 */
export async function markAbandoned(database: Database, trx: Knex, now: number): Promise<number> {
  return trx(database.table('alerts')).where('status', 'sending').where('lease_until', '<', now).update({
    status: 'unknown',
    code: 'process-died',
    lease_owner: null,
    lease_until: null,
    check_at: now,
    updated_at: now,
  });
}
