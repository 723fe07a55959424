/**
 * Inserts and upserts of many rows: what the hot path writes with. They go past Knex to the transaction's own connection: one
 * row at a time and prepared on SQLite, where a call costs microseconds, and many rows a statement on MySQL, where it costs a
 * round trip. Knex keeps the pool, the transactions and everything that is not hot.
 */
import type { Knex } from 'knex';
import type { Database } from './database.js';
import { MysqlSession } from './mysql-session.js';

export interface RowsOptions {
  /** Columns that identify a row: then a row that is there already is overwritten. */
  replaceBy?: readonly string[];
}

type Row = readonly unknown[];

/** Rows of one statement on a MySQL connection that a host lent: powers of two, so that few different ones are prepared. */
const MOST_ROWS = 128;

/**
 * Every row has a value for every column, in their order. Where the transaction is our own on MySQL, the rows travel with
 * its next statement: what is wrong with them is thrown by that, or by the commit.
 */
export async function insertRows(
  database: Database,
  trx: Knex.Transaction,
  table: string,
  columns: readonly string[],
  rows: readonly Row[],
  options: RowsOptions = {},
): Promise<void> {
  if (rows.length === 0) return;
  const statement: Statement = {
    table: database.table(table),
    columns,
    replace: replaceClause(database, columns, options),
  };
  const connection: unknown = await trx.client.acquireConnection();
  if (database.dialect === 'sqlite') insertOneByOne(connection as SqliteConnection, statement, rows);
  else await insertTogether(connection as MysqlConnection, statement, rows);
}

interface Statement {
  table: string;
  columns: readonly string[];
  replace: string;
}

interface SqliteStatement {
  run(values: Row): unknown;
}

interface SqliteConnection {
  prepare(sql: string): SqliteStatement;
}

/** Prepared once a connection. */
const prepared = new WeakMap<SqliteConnection, Map<string, SqliteStatement>>();

function insertOneByOne(connection: SqliteConnection, statement: Statement, rows: readonly Row[]): void {
  const known = prepared.get(connection) ?? new Map<string, SqliteStatement>();
  prepared.set(connection, known);
  const sql = insertSql(statement, 1);
  const run = known.get(sql) ?? connection.prepare(sql);
  known.set(sql, run);
  for (const row of rows) run.run(row);
}

interface MysqlConnection {
  execute(sql: string, values: readonly unknown[], done: (error: unknown) => void): void;
}

async function insertTogether(connection: MysqlConnection, statement: Statement, rows: readonly Row[]): Promise<void> {
  if (connection instanceof MysqlSession) {
    connection.holdRows(insertHead(statement), rows, statement.replace);
    return;
  }
  for (let start = 0; start < rows.length; ) {
    const count = powerOfTwo(Math.min(MOST_ROWS, rows.length - start));
    const values = valuesOf(rows, start, count);
    await run(connection, insertSql(statement, count), values);
    start += count;
  }
}

/** `Array.flat` takes several times as long. */
function valuesOf(rows: readonly Row[], start: number, count: number): unknown[] {
  const values: unknown[] = [];
  for (let at = start; at < start + count; at++) for (const value of rows[at] as Row) values.push(value);
  return values;
}

function run(connection: MysqlConnection, sql: string, values: readonly unknown[]): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.execute(sql, values, (error) => (error ? reject(error) : resolve()));
  });
}

/** The largest that is not above `count`. */
function powerOfTwo(count: number): number {
  return 2 ** Math.floor(Math.log2(count));
}

function insertSql(statement: Statement, rows: number): string {
  const row = `(${statement.columns.map(() => '?').join(',')})`;
  const values = Array.from({ length: rows }, () => row).join(',');
  return insertHead(statement) + values + statement.replace;
}

function insertHead({ table, columns }: Statement): string {
  return `insert into ${quoted(table)} (${columns.map(quoted).join(',')}) values `;
}

function replaceClause(database: Database, columns: readonly string[], { replaceBy }: RowsOptions): string {
  if (replaceBy === undefined) return '';
  const changed = columns.filter((column) => !replaceBy.includes(column)).map(quoted);
  if (database.dialect === 'sqlite') {
    const assignments = changed.map((name) => `${name}=excluded.${name}`).join(',');
    return ` on conflict (${replaceBy.map(quoted).join(',')}) do update set ${assignments}`;
  }
  return ` on duplicate key update ${changed.map((name) => `${name}=values(${name})`).join(',')}`;
}

/** MariaDB keeps words such as `delayed` for itself; SQLite understands the same quotes. */
function quoted(name: string): string {
  return `\`${name}\``;
}
