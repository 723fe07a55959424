/** What the driver asks the tables: when something is due next, and what was under way. */
import type { Database } from '../../src/store/database.js';

/** Epoch milliseconds, by the indexes that the ticks use themselves. */
export async function earliestDue({ knex, table }: Database): Promise<number | undefined> {
  const rows = await Promise.all([
    knex(table('schedules')).where('kind', 'payment').orderBy('due_at').first('due_at'),
    knex(table('schedules')).where('kind', 'digest').orderBy('due_at').first('due_at'),
    knex(table('profiles')).whereNotNull('due_at').orderBy('due_at').first('due_at'),
  ]);
  const times = rows.flatMap((row) => (row === undefined ? [] : Number(row.due_at)));
  return times.length === 0 ? undefined : Math.min(...times);
}

export async function sendingIds({ knex, table }: Database): Promise<string[]> {
  const rows: { alert_id: string }[] = await knex(table('alerts')).where('status', 'sending').select('alert_id');
  return rows.map(({ alert_id }) => alert_id);
}

/** When the next of those leaves that wait for the end of quiet hours. */
export async function nextDeferred({ knex, table }: Database, now: number): Promise<number | undefined> {
  const row = await knex(table('alerts'))
    .whereIn('status', ['deferred', 'queued'])
    .where('not_before', '>', now)
    .min('not_before as at')
    .first();
  return row?.at == null ? undefined : Number(row.at);
}

/** Decisions that told nobody, by rule and reason. */
export async function silentDecisions({ knex, table }: Database): Promise<Record<string, number>> {
  const rows: { rule: string; reason: string; count: number }[] = await knex(table('decisions'))
    .where('outcome', 'suppressed')
    .groupBy('rule', 'reason')
    .select('rule', 'reason', knex.raw('count(*) as count'));
  return Object.fromEntries(rows.map(({ rule, reason, count }) => [`${rule} ${reason}`, Number(count)]));
}

export async function alertsByStatus({ knex, table }: Database): Promise<Record<string, number>> {
  const rows: { status: string; reason: string | null; count: number }[] = await knex(table('alerts'))
    .groupBy('status', 'reason')
    .select('status', 'reason', knex.raw('count(*) as count'));
  return Object.fromEntries(
    rows.map(({ status, reason, count }) => [[status, reason].filter(Boolean).join(' '), Number(count)]),
  );
}
