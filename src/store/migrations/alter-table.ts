/**
 * Columns and indexes for a table that exists, as statements that may run again: MySQL commits after each, so a start that
 * was killed between two comes back to the first. SQLite runs a migration whole or not at all, and is asked nothing.
 */
import type { Column, DdlTarget } from '../ddl.js';

export function addColumns(table: string, columns: Record<string, Column>, target: DdlTarget): string[] {
  const name = target.prefix + table;
  return Object.entries(columns).flatMap(([column, type]) => {
    const statement = `ALTER TABLE \`${name}\` ADD COLUMN \`${column}\` ${type[target.dialect]}`;
    if (target.dialect === 'sqlite') return [statement];
    return unlessThere('columns', name, `column_name = '${column}'`, statement);
  });
}

export function addIndex(table: string, index: string, columns: readonly string[], target: DdlTarget): string[] {
  const name = target.prefix + table;
  // Names carry the prefix: SQLite has one name space for the indexes of all tables.
  const full = `${target.prefix}${index}`;
  const list = columns.map((column) => `\`${column}\``).join(', ');
  if (target.dialect === 'sqlite') return [`CREATE INDEX IF NOT EXISTS \`${full}\` ON \`${name}\` (${list})`];
  return unlessThere('statistics', name, `index_name = '${full}'`, `CREATE INDEX \`${full}\` ON \`${name}\` (${list})`);
}

/** MySQL 8 knows no `IF NOT EXISTS` here, so the question is asked of its own catalogue. */
function unlessThere(
  catalogue: 'columns' | 'statistics',
  table: string,
  condition: string,
  statement: string,
): string[] {
  const there = `SELECT COUNT(*) FROM information_schema.${catalogue} WHERE table_schema = DATABASE() AND table_name = '${table}' AND ${condition}`;
  return [
    `SET @ledgerbell_change = IF((${there}) = 0, '${statement.replaceAll("'", "''")}', 'DO 0')`,
    'PREPARE ledgerbell_change FROM @ledgerbell_change',
    'EXECUTE ledgerbell_change',
    'DEALLOCATE PREPARE ledgerbell_change',
  ];
}
