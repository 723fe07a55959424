/** How many alerts each rule made in each hour: what is usual for it. */
import type { Knex } from 'knex';
import type { Database } from './database.js';

export async function addRuleRates(
  database: Database,
  trx: Knex.Transaction,
  alerts: ReadonlyMap<string, number>,
  hour: number,
): Promise<void> {
  const table = database.table('rule_rates');
  const onConflict =
    database.dialect === 'sqlite'
      ? 'on conflict (rule, hour) do update set alerts = alerts + excluded.alerts'
      : 'on duplicate key update alerts = alerts + values(alerts)';
  for (const [rule, count] of [...alerts].sort(([a], [b]) => (a < b ? -1 : 1))) {
    await trx.raw(`insert into ${table} (rule, hour, alerts) values (?, ?, ?) ${onConflict}`, [rule, hour, count]);
  }
}

/** By hour, ascending. */
export async function ratesOf(
  database: Database,
  trx: Knex,
  rule: string,
  since: number,
): Promise<{ hour: number; alerts: number }[]> {
  const rows = await trx(database.table('rule_rates')).where({ rule }).where('hour', '>=', since).orderBy('hour');
  return rows.map(({ hour, alerts }) => ({ hour: Number(hour), alerts }));
}
