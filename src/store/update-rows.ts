/**
 * Changes many rows of one table, each to its own values: `insertRows` for rows that exist. Prepared statements on the
 * transaction's own connection: a row at a time on SQLite, many rows a statement on MySQL.
 */
import type { Knex } from 'knex';
import type { Database } from './database.js';

/** Rows of one statement on MySQL: powers of two, so that few different statements are prepared. */
const MOST_ROWS = 64;

export interface RowsToUpdate {
  table: string;
  /** The column that names a row. */
  key: string;
  columns: readonly string[];
  /** The key's value, then one for each column. */
  rows: readonly (readonly unknown[])[];
  /** A column, and for each row what it has to hold still: a row that somebody else changed meanwhile is left alone. */
  guard?: { column: string; values: readonly unknown[] };
}

export async function updateRows(database: Database, trx: Knex.Transaction, update: RowsToUpdate): Promise<void> {
  if (update.rows.length === 0) return;
  const connection: unknown = await trx.client.acquireConnection();
  if (database.dialect === 'sqlite') updateOneByOne(connection as SqliteConnection, database, update);
  else await updateTogether(connection as MysqlConnection, database, update);
}

interface SqliteStatement {
  run(values: readonly unknown[]): unknown;
}

interface SqliteConnection {
  prepare(sql: string): SqliteStatement;
}

/** Prepared once a connection. */
const prepared = new WeakMap<SqliteConnection, Map<string, SqliteStatement>>();

function updateOneByOne(connection: SqliteConnection, database: Database, update: RowsToUpdate): void {
  const { table, key, columns, rows, guard } = update;
  const assignments = columns.map((column) => `${quoted(column)}=?`).join(',');
  const guarded = guard === undefined ? '' : ` and ${quoted(guard.column)}=?`;
  const sql = `update ${quoted(database.table(table))} set ${assignments} where ${quoted(key)}=?${guarded}`;
  const known = prepared.get(connection) ?? new Map<string, SqliteStatement>();
  prepared.set(connection, known);
  const statement = known.get(sql) ?? connection.prepare(sql);
  known.set(sql, statement);
  for (const [index, [name, ...values]] of rows.entries()) {
    statement.run(guard === undefined ? [...values, name] : [...values, name, guard.values[index]]);
  }
}

interface MysqlConnection {
  execute(sql: string, values: readonly unknown[], done: (error: unknown) => void): void;
}

async function updateTogether(connection: MysqlConnection, database: Database, update: RowsToUpdate): Promise<void> {
  const { rows, guard } = update;
  for (let start = 0; start < rows.length; ) {
    const count = 2 ** Math.floor(Math.log2(Math.min(MOST_ROWS, rows.length - start)));
    const guarded = guard && { ...guard, values: guard.values.slice(start, start + count) };
    const some = { ...update, rows: rows.slice(start, start + count), ...(guarded && { guard: guarded }) };
    const { sql, values } = oneStatement(database, some);
    await new Promise<void>((resolve, reject) => {
      connection.execute(sql, values, (error) => (error ? reject(error) : resolve()));
    });
    start += count;
  }
}

/** A value that all rows share is said once; the others are chosen by the row's name. */
function oneStatement(database: Database, { table, key, columns, rows, guard }: RowsToUpdate) {
  const values: unknown[] = [];
  const cases = Array(rows.length).fill('when ? then ?').join(' ');
  const assignments = columns.map((column, index) => {
    const shared = rows[0]?.[index + 1];
    if (rows.every((row) => row[index + 1] === shared)) {
      values.push(shared);
      return `${quoted(column)}=?`;
    }
    for (const row of rows) values.push(row[0], row[index + 1]);
    return `${quoted(column)}=case ${quoted(key)} ${cases} end`;
  });
  for (const [index, row] of rows.entries()) values.push(row[0], ...(guard === undefined ? [] : [guard.values[index]]));
  const name = guard === undefined ? quoted(key) : `(${quoted(key)},${quoted(guard.column)})`;
  const names = Array(rows.length)
    .fill(guard === undefined ? '?' : '(?,?)')
    .join(',');
  const sql = `update ${quoted(database.table(table))} set ${assignments.join(',')} where ${name} in (${names})`;
  return { sql, values };
}

/** MariaDB keeps words such as `delayed` for itself; SQLite understands the same quotes. */
function quoted(name: string): string {
  return `\`${name}\``;
}
