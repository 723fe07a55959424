/** Alerts that ended without reaching a phone, until their profile has been told. */
import type { Knex } from 'knex';
import type { AlertStatus } from '../contracts/decision.js';
import type { Database } from './database.js';
import { type AlertRow, alertOf, type OutboxAlert } from './outbox-alert.js';

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
