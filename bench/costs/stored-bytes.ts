/** How many bytes a database has written and keeps. */
import { statSync } from 'node:fs';
import type { Database } from '../../src/store/database.js';
import { type BenchDatabase, mariadbQuery } from '../harness/databases.js';

export interface Stored {
  /** Of all tables with their indexes. */
  bytes: number;
  /** Mean size of the sealed columns. */
  event: number;
  profile: number;
  transaction: number;
}

/** Grows with every commit; on SQLite as long as no checkpoint starts its log anew. */
export async function bytesWritten({ kind, config }: BenchDatabase): Promise<number> {
  if (kind === 'MariaDB')
    return Number((await mariadbQuery("SHOW GLOBAL STATUS LIKE 'Innodb_os_log_written'"))[0]?.Value);
  const { filename } = config.connection as { filename: string };
  return sizeOf(`${filename}-wal`);
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

export async function storedIn(database: Database): Promise<Stored> {
  const mean = async (table: string, column: string) => {
    const rows = await database.knex(database.table(table)).select(database.knex.raw(`avg(length(${column})) as mean`));
    return Number(rows[0]?.mean);
  };
  return {
    bytes: await tableBytes(database),
    event: await mean('events', 'body'),
    profile: await mean('profiles', 'state'),
    transaction: await mean('transactions', 'state'),
  };
}

async function tableBytes({ dialect, knex }: Database): Promise<number> {
  if (dialect === 'sqlite') {
    const pragma = async (name: string) => Object.values((await knex.raw(`pragma ${name}`))[0] as object)[0] as number;
    return (await pragma('page_count')) * (await pragma('page_size'));
  }
  const [tables] = await knex.raw(
    'select table_name as name from information_schema.tables where table_schema = database()',
  );
  for (const { name } of tables) await knex.raw(`analyze table ${name}`);
  const [rows] = await knex.raw(
    'select sum(data_length + index_length) as bytes from information_schema.tables where table_schema = database()',
  );
  return Number(rows[0].bytes);
}
