/** Single values of the whole installation, by name: wrapped keys, epochs, the tail of the audit chain. */
import type { Knex } from 'knex';
import type { Database } from './database.js';

interface Row {
  name: string;
  value: Buffer;
}

/** `forUpdate` keeps the row locked until the transaction ends (SQLite's transaction locks everything already). */
export async function getSetting(
  database: Database,
  trx: Knex,
  name: string,
  options: { forUpdate?: boolean } = {},
): Promise<Buffer | undefined> {
  const query = trx<Row>(database.table('settings')).where({ name }).first('value');
  const row = await (options.forUpdate && database.dialect === 'mysql' ? query.forUpdate() : query);
  return row?.value;
}

/** Leaves the value alone where there is one. */
export async function insertSetting(database: Database, trx: Knex, name: string, value: Buffer): Promise<void> {
  await trx<Row>(database.table('settings')).insert({ name, value }).onConflict('name').ignore();
}

export async function putSetting(database: Database, trx: Knex, name: string, value: Buffer): Promise<void> {
  await trx<Row>(database.table('settings')).insert({ name, value }).onConflict('name').merge();
}
