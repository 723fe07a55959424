/** The row of one key, locked until the transaction ends; an empty one (version 0) is made where there was none. */
import type { Knex } from 'knex';
import type { Database } from './database.js';

/** Two that create the same row at once: the second waits at the insert for the first, then reads what it wrote. */
export async function lockedRow<Row extends { version: number }>(
  database: Database,
  trx: Knex.Transaction,
  table: string,
  key: Record<string, string>,
  empty: Record<string, unknown>,
): Promise<Row> {
  const read = (): Promise<Row | undefined> => {
    const query = trx(database.table(table)).where(key).first();
    return database.dialect === 'mysql' ? query.forUpdate() : query;
  };
  const row = await read();
  if (row !== undefined) return row;
  await trx(database.table(table))
    .insert({ ...key, ...empty })
    .onConflict(Object.keys(key))
    .ignore();
  return (await read()) as Row;
}
