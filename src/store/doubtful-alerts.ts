/** Alerts of which it is not known whether they were sent, when it is time to look into them. */
import type { Knex } from 'knex';
import type { Database } from './database.js';
import { type AlertRow, alertOf, type OutboxAlert } from './outbox-alert.js';
import { changeAlerts } from './outbox-changes.js';

/** Takes those that are due; nobody else looks into them until `leaseUntil` (epoch milliseconds). */
export async function leaseDoubtful(
  database: Database,
  trx: Knex.Transaction,
  options: { now: number; leaseUntil: number; limit: number },
): Promise<OutboxAlert[]> {
  const query = trx<AlertRow>(database.table('alerts'))
    .where('check_at', '<=', options.now)
    .where('status', 'unknown')
    .orderBy('check_at')
    .limit(options.limit);
  const rows: AlertRow[] = await (database.dialect === 'mysql' ? query.forUpdate().skipLocked() : query);
  const alerts = rows.map(alertOf);
  const leased = alerts.map(({ alertId }) => ({ alertId, change: { checkAt: options.leaseUntil } }));
  await changeAlerts(database, trx, leased, options.now);
  return alerts;
}
