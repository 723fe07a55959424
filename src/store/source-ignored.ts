/** What platforms sent and mappings ignored, by source, reason and day: counted, not kept. */
import type { Knex } from 'knex';
import type { Database } from './database.js';

export interface IgnoredCount {
  source: string;
  reason: string;
  /** `2026-11-22`, UTC. */
  day: string;
  count: number;
  /** Epoch milliseconds. */
  lastAt: number;
}

interface Row {
  source: string;
  reason: string;
  day: string;
  seen: number;
  last_at: number;
}

/** In the order of their reasons, so that two writers never wait for each other. */
export async function countIgnored(
  database: Database,
  trx: Knex.Transaction,
  source: string,
  reasons: ReadonlyMap<string, number>,
  at: number,
): Promise<void> {
  const table = database.table('source_ignored');
  const day = new Date(at).toISOString().slice(0, 10);
  for (const [reason, seen] of [...reasons].sort(([a], [b]) => (a < b ? -1 : 1))) {
    await trx<Row>(table)
      .insert({ source, reason, day, seen, last_at: at })
      .onConflict(['source', 'reason', 'day'])
      .merge({ seen: trx.raw('?? + ?', [`${table}.seen`, seen]), last_at: at } as never);
  }
}

/** Counts of what was last seen before `before`. Returns how many were removed. */
export function purgeIgnoredCounts(database: Database, trx: Knex, before: number): Promise<number> {
  return trx<Row>(database.table('source_ignored')).where('last_at', '<', before).delete();
}

/** The latest day first, the commonest reason first. */
export async function listIgnored(database: Database, trx: Knex, source?: string): Promise<IgnoredCount[]> {
  const query = trx<Row>(database.table('source_ignored'));
  if (source !== undefined) query.where({ source });
  const rows: Row[] = await query.orderBy('day', 'desc').orderBy('seen', 'desc').limit(1000);
  return rows.map(({ seen, last_at, ...row }) => ({ ...row, count: Number(seen), lastAt: Number(last_at) }));
}
