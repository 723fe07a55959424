/**
 * Reads many rows by their keys: what the hot path reads with. Like `insertRows` it goes past Knex to the connection, as
 * prepared statements. The number of keys is brought up to a power of two by repeating the last one, which changes no
 * answer and keeps the number of different statements small.
 */
import type { Knex } from 'knex';
import type { Database } from './database.js';

export interface KeyedSelect {
  /** The statement; `list` stands where the keys go: `where id in ${list}`. */
  sql(list: string): string;
  /** Values of the question marks in front of the list. */
  before?: readonly unknown[];
  /** Columns of one key; 1 unless stated. Then a key is that many values in a row. */
  width?: number;
}

/** Keys of one statement. */
const MOST_KEYS = 256;

export async function selectIn<Row>(
  database: Database,
  trx: Knex,
  select: KeyedSelect,
  keys: readonly (readonly unknown[])[],
): Promise<Row[]> {
  if (keys.length === 0) return [];
  return withConnection(trx, async (connection) => {
    const rows: Row[] = [];
    for (let start = 0; start < keys.length; start += MOST_KEYS) {
      const some = padded(keys.slice(start, start + MOST_KEYS));
      const sql = select.sql(listOf(database, select.width ?? 1, some.length));
      const values = [...(select.before ?? []), ...some.flat()];
      const found =
        database.dialect === 'sqlite' ? readSqlite(connection, sql, values) : await readMysql(connection, sql, values);
      rows.push(...(found as Row[]));
    }
    return rows;
  });
}

/** A transaction lends its own connection; anything else one of the pool. */
async function withConnection<T>(trx: Knex, work: (connection: unknown) => Promise<T>): Promise<T> {
  const connection: unknown = await trx.client.acquireConnection();
  try {
    return await work(connection);
  } finally {
    if (!trx.isTransaction) await trx.client.releaseConnection(connection);
  }
}

function padded<Key>(keys: readonly Key[]): readonly Key[] {
  const count = 2 ** Math.ceil(Math.log2(keys.length));
  return count === keys.length ? keys : [...keys, ...Array(count - keys.length).fill(keys.at(-1))];
}

function listOf(database: Database, width: number, count: number): string {
  if (width === 1) return `(${Array(count).fill('?').join(',')})`;
  const tuples = Array(count)
    .fill(`(${Array(width).fill('?').join(',')})`)
    .join(',');
  return database.dialect === 'sqlite' ? `(values ${tuples})` : `(${tuples})`;
}

interface SqliteConnection {
  prepare(sql: string): { all(values: readonly unknown[]): unknown[] };
}

const prepared = new WeakMap<object, Map<string, ReturnType<SqliteConnection['prepare']>>>();

function readSqlite(connection: unknown, sql: string, values: readonly unknown[]): unknown[] {
  const sqlite = connection as SqliteConnection;
  const known = prepared.get(sqlite) ?? new Map<string, ReturnType<SqliteConnection['prepare']>>();
  prepared.set(sqlite, known);
  const statement = known.get(sql) ?? sqlite.prepare(sql);
  known.set(sql, statement);
  return statement.all(values);
}

interface MysqlConnection {
  execute(sql: string, values: readonly unknown[], done: (error: unknown, rows: unknown[]) => void): void;
}

function readMysql(connection: unknown, sql: string, values: readonly unknown[]): Promise<unknown[]> {
  return new Promise((resolve, reject) => {
    (connection as MysqlConnection).execute(sql, values, (error, rows) => (error ? reject(error) : resolve(rows)));
  });
}
