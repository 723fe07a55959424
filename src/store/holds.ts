/** What an operator, or a storm brake, holds back: everything, a lane, a rule, a topic or a provider. */
import type { Knex } from 'knex';
import type { Database } from './database.js';
import { markRegistryChanged, type RegistryMemory } from './registry-memory.js';

export type HoldScope = 'all' | 'lane' | 'rule' | 'topic' | 'provider';

export interface Hold {
  scope: HoldScope;
  /** The lane's, rule's, topic's or provider's name; empty for `all`. */
  value: string;
  /** Epoch milliseconds. */
  since: number;
  placedBy: string;
  reason: string;
}

/** Returns false where it was held already; the first one's time and reason stay. */
export async function placeHold(database: Database, trx: Knex.Transaction, hold: Hold): Promise<boolean> {
  const { scope, value, since, placedBy, reason } = hold;
  const table = database.table('holds');
  if ((await trx(table).where({ scope, value }).first()) !== undefined) return false;
  const row = { scope, value, since, placed_by: placedBy, reason };
  await trx(table).insert(row).onConflict(['scope', 'value']).ignore();
  await markRegistryChanged(database, trx);
  return true;
}

/** Returns false where nothing was held. */
export async function releaseHold(
  database: Database,
  trx: Knex.Transaction,
  hold: Pick<Hold, 'scope' | 'value'>,
): Promise<boolean> {
  const { scope, value } = hold;
  const released = (await trx(database.table('holds')).where({ scope, value }).delete()) === 1;
  if (released) await markRegistryChanged(database, trx);
  return released;
}

export async function listHolds(database: Database, trx: Knex): Promise<Hold[]> {
  const rows = await trx(database.table('holds')).orderBy(['since', 'scope', 'value']);
  return rows.map(({ scope, value, since, placed_by, reason }) => ({
    scope,
    value,
    since,
    placedBy: placed_by,
    reason,
  }));
}

/** The same, as remembered. */
export async function recallHolds(database: Database, trx: Knex, memory: RegistryMemory): Promise<readonly Hold[]> {
  memory.holds ??= await listHolds(database, trx);
  return memory.holds;
}
