/** What alerts were made from: whose profile it was, and when the event happened. */
import type { Knex } from 'knex';
import type { Database } from './database.js';
import { selectIn } from './select-in.js';

export interface AlertOrigin {
  /** `default/account:704` */
  subject: string;
  /** Epoch milliseconds of the event; absent where it was purged. */
  eventTime?: number;
}

/** By alert id. Those whose profile is gone are left out. */
export async function originsOf(
  database: Database,
  trx: Knex,
  alertIds: readonly string[],
): Promise<Map<string, AlertOrigin>> {
  const sql = (list: string) =>
    `select a.alert_id, p.subject, e.time from ${database.table('alerts')} a
     join ${database.table('profiles')} p on p.profile_hash = a.profile_hash
     left join ${database.table('events')} e on e.event_key = a.event_key
     where a.alert_id in ${list}`;
  const rows = await selectIn<{ alert_id: string; subject: string; time: number | null }>(
    database,
    trx,
    { sql },
    alertIds.map((alertId) => [alertId]),
  );
  return new Map(
    rows.map(({ alert_id, subject, time }) => [
      alert_id,
      { subject, ...(time === null ? {} : { eventTime: Number(time) }) },
    ]),
  );
}
