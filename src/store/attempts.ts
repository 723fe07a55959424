/** Every attempt to send an alert: when, through what, and what came of it. */
import type { Knex } from 'knex';
import type { Database } from './database.js';
import { insertRows } from './insert-rows.js';

export interface Attempt {
  alertId: string;
  number: number;
  at: number;
  adapter: string;
  outcome: string;
  code?: string;
  providerId?: string;
  milliseconds: number;
}

export async function insertAttempts(
  database: Database,
  trx: Knex.Transaction,
  attempts: readonly Attempt[],
): Promise<void> {
  const columns = ['alert_id', 'number', 'at', 'adapter', 'outcome', 'code', 'provider_id', 'milliseconds'];
  const rows = attempts.map((attempt) => [
    attempt.alertId,
    attempt.number,
    attempt.at,
    attempt.adapter,
    attempt.outcome,
    attempt.code?.slice(0, 64) ?? null,
    attempt.providerId?.slice(0, 255) ?? null,
    attempt.milliseconds,
  ]);
  // The same attempt again, after a commit whose answer was lost, is the same row.
  await insertRows(database, trx, 'attempts', columns, rows, { replaceBy: ['alert_id', 'number'] });
}

export async function attemptsOf(database: Database, trx: Knex, alertId: string): Promise<Attempt[]> {
  const rows = await trx(database.table('attempts')).where('alert_id', alertId).orderBy('number');
  return rows.map((row) => ({
    alertId,
    number: row.number,
    at: Number(row.at),
    adapter: row.adapter,
    outcome: row.outcome,
    milliseconds: row.milliseconds,
    ...(row.code === null ? {} : { code: row.code }),
    ...(row.provider_id === null ? {} : { providerId: row.provider_id }),
  }));
}
