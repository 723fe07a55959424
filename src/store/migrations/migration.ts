/** What a migration is: tables to make, then statements for what a table description cannot say. Forward only. */
import { createTableSql, type DdlTarget, type Table } from '../ddl.js';

export interface Migration {
  /** Its place in the order and what it does; recorded, so never renamed. */
  name: string;
  tables?: Table[];
  /** Each must be safe to run again: MySQL commits after every one, and a start may be killed between two. */
  statements?(target: DdlTarget): string[];
}

export function migrationStatements(migration: Migration, target: DdlTarget): string[] {
  const tables = (migration.tables ?? []).flatMap((table) => createTableSql(table, target));
  return [...tables, ...(migration.statements?.(target) ?? [])];
}
