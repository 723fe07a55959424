/**
 * Tables as data, and the SQL that makes them. Written out rather than left to Knex's schema builder, because on MySQL
 * a table with its keys must be one statement (DDL commits by itself, and a start may be killed anywhere), and because
 * text must compare byte for byte: a default collation calls `a` and `A`, or `a` and `a `, the same and loses events.
 */
import type { Knex } from 'knex';
import type { Dialect } from './database.js';

export interface Column {
  sqlite: string;
  mysql: string;
}

export interface Table {
  name: string;
  columns: Record<string, Column>;
  /** Left out where a column is `rowId`. */
  primary?: string[];
  unique?: string[][];
  indexes?: string[][];
}

/** What the SQL depends on. */
export interface DdlTarget {
  dialect: Dialect;
  prefix: string;
  /** MySQL and MariaDB: a binary collation that does not ignore trailing spaces; they name it differently. */
  collation: string;
}

const both = (sql: string): Column => ({ sqlite: `${sql} NOT NULL`, mysql: `${sql} NOT NULL` });

/** A number given by the database, in the order rows are inserted. */
export const rowId: Column = {
  sqlite: 'INTEGER PRIMARY KEY AUTOINCREMENT',
  mysql: 'BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY',
};
export const text = (length: number): Column => both(`VARCHAR(${length})`);
/** 255 characters: ids that others give. */
export const id = text(255);
export const entity = text(64);
export const hash = (bytes: number): Column => ({ sqlite: 'BLOB NOT NULL', mysql: `BINARY(${bytes}) NOT NULL` });
export const blob: Column = { sqlite: 'BLOB NOT NULL', mysql: 'MEDIUMBLOB NOT NULL' };
export const longText: Column = { sqlite: 'TEXT NOT NULL', mysql: 'MEDIUMTEXT NOT NULL' };
export const flag = both('TINYINT');
export const integer = both('INT');
/** Epoch milliseconds. */
export const time = both('BIGINT');
export const sequence = both('BIGINT');

export function nullable(column: Column): Column {
  return { sqlite: column.sqlite.replace(' NOT NULL', ' NULL'), mysql: column.mysql.replace(' NOT NULL', ' NULL') };
}

/** Statements without `;`, each of which may be run again. */
export function createTableSql(table: Table, target: DdlTarget): string[] {
  const name = quoted(target.prefix + table.name);
  const columns = Object.entries(table.columns).map(([column, type]) => `${quoted(column)} ${type[target.dialect]}`);
  const primary = table.primary ? [`PRIMARY KEY (${list(table.primary)})`] : [];
  if (target.dialect === 'sqlite') {
    return [
      `CREATE TABLE IF NOT EXISTS ${name} (\n  ${[...columns, ...primary].join(',\n  ')}\n)`,
      ...sqliteKeys(table, target),
    ];
  }
  const lines = [...columns, ...primary, ...mysqlKeys(table, target)];
  const options = `ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=${target.collation}`;
  return [`CREATE TABLE IF NOT EXISTS ${name} (\n  ${lines.join(',\n  ')}\n) ${options}`];
}

function sqliteKeys(table: Table, target: DdlTarget): string[] {
  return keys(table, target).map(
    ({ name, columns, unique }) =>
      `CREATE ${unique ? 'UNIQUE ' : ''}INDEX IF NOT EXISTS ${name} ON ${quoted(target.prefix + table.name)} (${columns})`,
  );
}

function mysqlKeys(table: Table, target: DdlTarget): string[] {
  return keys(table, target).map(({ name, columns, unique }) => `${unique ? 'UNIQUE ' : ''}KEY ${name} (${columns})`);
}

/** Names carry the prefix: SQLite has one name space for the indexes of all tables, the host's too. */
function keys(table: Table, target: DdlTarget) {
  const describe = (columns: string[], unique: boolean) => ({
    name: quoted(`${target.prefix}${table.name}_${columns.join('_')}`.slice(0, 61) + (unique ? '_uq' : '_ix')),
    columns: list(columns),
    unique,
  });
  return [
    ...(table.unique ?? []).map((columns) => describe(columns, true)),
    ...(table.indexes ?? []).map((columns) => describe(columns, false)),
  ];
}

const quoted = (name: string): string => `\`${name}\``;
const list = (columns: string[]): string => columns.map(quoted).join(', ');

/** MariaDB says `nopad`, MySQL 8 has one binary collation without padding. */
export async function binaryCollation(knex: Knex): Promise<string> {
  const [rows] = await knex.raw('SELECT VERSION() AS version');
  return /mariadb/i.test(String(rows[0].version)) ? 'utf8mb4_nopad_bin' : 'utf8mb4_0900_bin';
}
