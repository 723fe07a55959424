/** Alerts that ended without reaching a phone and may be sent again by an operator; never codes, which are wiped by then. */
import type { Knex } from 'knex';
import type { AlertStatus } from '../contracts/decision.js';
import { LANES, type Lane } from '../contracts/rule.js';
import type { Database } from './database.js';
import { type AlertRow, alertOf, type OutboxAlert } from './outbox-alert.js';

export interface RedriveFilter {
  entity: string;
  status: AlertStatus;
  rule?: string;
  topic?: string;
  lane?: Lane;
  provider?: string;
  code?: string;
  /** Made at or after; epoch milliseconds. */
  queuedFrom?: number;
}

/** Locked until the transaction ends. */
export async function selectRedrivable(
  database: Database,
  trx: Knex.Transaction,
  filter: RedriveFilter,
  limit: number,
): Promise<OutboxAlert[]> {
  const query = matching(database, trx, filter).orderBy('lane').limit(limit);
  const rows: AlertRow[] = await (database.dialect === 'mysql' ? query.forUpdate().skipLocked() : query);
  return rows.map(alertOf);
}

export async function countRedrivable(database: Database, trx: Knex, filter: RedriveFilter): Promise<number> {
  const [row] = await matching(database, trx, filter).count({ count: '*' });
  return Number((row as unknown as { count: number } | undefined)?.count ?? 0);
}

function matching(database: Database, trx: Knex, { lane, queuedFrom, ...equal }: RedriveFilter) {
  const query = trx<AlertRow>(database.table('alerts')).whereNot('lane', LANES.indexOf('otp'));
  for (const [column, value] of Object.entries(equal)) if (value !== undefined) query.where(column, value);
  if (lane !== undefined) query.where('lane', LANES.indexOf(lane));
  if (queuedFrom !== undefined) query.where('queued_at', '>=', queuedFrom);
  return query;
}
