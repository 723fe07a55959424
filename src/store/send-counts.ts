/** How many messages left in a period, for all replicas. */
import type { Knex } from 'knex';
import type { Database } from './database.js';

export interface SendCount {
  scope: string;
  /** Epoch milliseconds. */
  startsAt: number;
  endsAt: number;
}

interface Row {
  scope: string;
  starts_at: number;
  ends_at: number;
  used: number;
}

/** By scope, locked until the transaction ends, so that two replicas cannot both use the last one. */
export async function lockCounts(
  database: Database,
  trx: Knex.Transaction,
  counts: readonly SendCount[],
): Promise<Map<string, number>> {
  if (counts.length === 0) return new Map();
  const table = database.table('send_counts');
  const sorted = [...counts].sort((a, b) => (a.scope < b.scope ? -1 : 1));
  const rows = sorted.map(({ scope, startsAt, endsAt }) => ({
    scope,
    starts_at: startsAt,
    ends_at: endsAt,
    used: 0,
  }));
  await trx<Row>(table).insert(rows).onConflict(['scope', 'starts_at']).ignore();
  const query = trx<Row>(table)
    .whereIn(
      ['scope', 'starts_at'],
      rows.map(({ scope, starts_at }) => [scope, starts_at]),
    )
    .orderBy(['scope', 'starts_at']);
  const found: Row[] = await (database.dialect === 'mysql' ? query.forUpdate() : query);
  return new Map(found.map(({ scope, used }) => [scope, used]));
}

export async function addToCount(
  database: Database,
  trx: Knex.Transaction,
  { scope, startsAt }: SendCount,
  messages: number,
): Promise<void> {
  await trx<Row>(database.table('send_counts')).where({ scope, starts_at: startsAt }).increment('used', messages);
}

/** Removes periods that are over. Returns how many. */
export function purgeCounts(database: Database, trx: Knex, now: number): Promise<number> {
  return trx<Row>(database.table('send_counts')).where('ends_at', '<', now).delete();
}
