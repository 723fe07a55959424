/** Multi-row inserts and upserts as one statement each: what the hot path writes with. */
import type { Knex } from 'knex';
import type { Database } from './database.js';

/** Stays under SQLite's 32,766 variables for tables of up to 60 columns. */
const ROWS_A_STATEMENT = 500;

export interface RowsOptions {
  /** Columns that identify a row: then a row that is there already is overwritten. */
  replaceBy?: readonly string[];
}

/** Every row has a value for every column, in their order. */
export async function insertRows(
  database: Database,
  trx: Knex.Transaction,
  table: string,
  columns: readonly string[],
  rows: readonly (readonly unknown[])[],
  options: RowsOptions = {},
): Promise<void> {
  for (let start = 0; start < rows.length; start += ROWS_A_STATEMENT) {
    const some = rows.slice(start, start + ROWS_A_STATEMENT);
    const row = `(${columns.map(() => '?').join(',')})`;
    const values = some.map(() => row).join(',');
    const sql = `insert into ${database.table(table)} (${columns.map(quoted).join(',')}) values ${values}${replaceClause(database, columns, options)}`;
    await trx.raw(sql, some.flat() as Knex.RawBinding[]);
  }
}

function replaceClause(database: Database, columns: readonly string[], { replaceBy }: RowsOptions): string {
  if (replaceBy === undefined) return '';
  const changed = columns.filter((column) => !replaceBy.includes(column));
  if (database.dialect === 'sqlite') {
    return ` on conflict (${replaceBy.join(',')}) do update set ${changed.map((name) => `${quoted(name)}=excluded.${quoted(name)}`).join(',')}`;
  }
  return ` on duplicate key update ${changed.map((name) => `${quoted(name)}=values(${quoted(name)})`).join(',')}`;
}

/** MariaDB keeps words such as `delayed` for itself; SQLite understands the same quotes. */
function quoted(column: string): string {
  return `\`${column}\``;
}
