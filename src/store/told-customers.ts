/** What left to customers lately. */
import type { Knex } from 'knex';
import type { Database } from './database.js';
import { selectIn } from './select-in.js';

export interface ToldAlert {
  alertId: string;
  entity: string;
  customerId: string;
  topic: string;
  sentAt: number;
}

/** After `since` (epoch milliseconds); without what was refused or is to be sent again. */
export async function toldSince(
  database: Database,
  trx: Knex,
  customerIds: readonly string[],
  since: number,
): Promise<ToldAlert[]> {
  const sql = (list: string) =>
    `select alert_id, entity, customer_id, topic, sent_at from ${database.table('alerts')}
     where sent_at > ? and status in ('sending', 'accepted', 'delivered', 'unknown') and customer_id in ${list}`;
  const rows = await selectIn<{
    alert_id: string;
    entity: string;
    customer_id: string;
    topic: string;
    sent_at: number;
  }>(
    database,
    trx,
    { sql, before: [since] },
    customerIds.map((id) => [id]),
  );
  return rows.map((row) => ({
    alertId: row.alert_id,
    entity: row.entity,
    customerId: row.customer_id,
    topic: row.topic,
    sentAt: Number(row.sent_at),
  }));
}
