/** What customers got of marketing lately, or are about to get. */
import type { Knex } from 'knex';
import { LANES } from '../contracts/rule.js';
import { keysOfLane } from './claim-queue.js';
import type { Database } from './database.js';
import { selectIn } from './select-in.js';

export interface MarketingTold {
  alertId: string;
  entity: string;
  customerId: string;
  /** Epoch milliseconds; absent where it waits. */
  sentAt?: number;
}

const LEFT = "('sending', 'accepted', 'delivered', 'unknown')";
const WAITS = "('queued', 'held', 'deferred')";

/** What left after `since`, and with `waiting` also what has not left; without what was refused. */
export async function marketingTold(
  database: Database,
  trx: Knex,
  customerIds: readonly string[],
  { since, waiting }: { since: number; waiting: boolean },
): Promise<MarketingTold[]> {
  const lane = LANES.indexOf('marketing');
  const columns = 'alert_id, entity, customer_id, sent_at';
  const from = `from ${database.table('alerts')} where lane = ${lane}`;
  const read = (condition: string, before: unknown[]) =>
    selectIn<{ alert_id: string; entity: string; customer_id: string; sent_at: number | null }>(
      database,
      trx,
      { sql: (list) => `select ${columns} ${from} and ${condition} and customer_id in ${list}`, before },
      customerIds.map((id) => [id]),
    );
  const left = await read(`sent_at > ? and status in ${LEFT}`, [since]);
  const waits = waiting ? await read(`status in ${WAITS}`, []) : [];
  return [...left.map((row) => ({ ...named(row), sentAt: Number(row.sent_at) })), ...waits.map(named)];
}

function named(row: { alert_id: string; entity: string; customer_id: string }): MarketingTold {
  return { alertId: row.alert_id, entity: row.entity, customerId: row.customer_id };
}

/** How many marketing alerts could leave now if there were places, counted no further than `most`. */
export async function marketingBacklog(
  database: Database,
  trx: Knex,
  { now, most }: { now: number; most: number },
): Promise<number> {
  const { first, end } = keysOfLane('marketing');
  let after = first - 1;
  let found = 0;
  while (found < most) {
    const queue: { queue_key: number } | undefined = await trx(database.table('alerts'))
      .select('queue_key')
      .where('queue_key', '>', after)
      .where('queue_key', '<', end)
      .orderBy('queue_key')
      .first();
    if (queue === undefined) return found;
    after = Number(queue.queue_key);
    const due: unknown[] = await trx(database.table('alerts'))
      .select('alert_id')
      .where('queue_key', after)
      .where('not_before', '<=', now)
      .orderBy('not_before')
      .limit(most - found);
    found += due.length;
  }
  return found;
}
