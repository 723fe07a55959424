/** How far each file of entries was taken. A row holds counts, lines and codes, and no value of the file. */
import type { Knex } from 'knex';
import type { Database } from './database.js';

export type StatementState = 'reading' | 'done' | 'refused';

/** Codes and how often each came. */
export type Tally = Readonly<Record<string, number>>;

export interface StatementCounts {
  accepted: number;
  duplicates: number;
  ignored: Tally;
  rejected: Tally;
  /** The first that were rejected. */
  rejections: readonly { line: number; code: string; path?: string }[];
}

export interface StatementRow {
  key: Buffer;
  entity: string;
  source: string;
  /** As the file was called. */
  name: string;
  state: StatementState;
  bytes: number;
  entries: number;
  /** Entries that are durable. */
  done: number;
  counts: StatementCounts;
  refusal?: { code: string; message: string };
  startedAt: number;
  updatedAt: number;
}

interface Row {
  statement_key: Buffer;
  entity: string;
  source: string;
  name: string;
  state: string;
  bytes: number;
  entries: number;
  done: number;
  counts: string;
  refusal: string | null;
  started_at: number;
  updated_at: number;
}

export async function findStatement(database: Database, trx: Knex, key: Buffer): Promise<StatementRow | undefined> {
  const row = await trx<Row>(database.table('statements')).where({ statement_key: key }).first();
  return row === undefined ? undefined : statementOf(row);
}

/** Newest first. `before`: began before this, epoch milliseconds. */
export async function listStatements(
  database: Database,
  trx: Knex,
  { entity, before, limit }: { entity: string; before?: number; limit: number },
): Promise<StatementRow[]> {
  const query = trx<Row>(database.table('statements')).where({ entity });
  if (before !== undefined) query.where('started_at', '<', before);
  const rows: Row[] = await query.orderBy('started_at', 'desc').limit(limit);
  return rows.map(statementOf);
}

/** Adds the row, or writes over it. */
export async function saveStatement(database: Database, trx: Knex.Transaction, statement: StatementRow): Promise<void> {
  const { key, startedAt, updatedAt, counts, refusal, ...plain } = statement;
  const row: Row = {
    statement_key: key,
    ...plain,
    counts: JSON.stringify(counts),
    refusal: refusal === undefined ? null : JSON.stringify(refusal),
    started_at: startedAt,
    updated_at: updatedAt,
  };
  await trx<Row>(database.table('statements')).insert(row).onConflict('statement_key').merge();
}

function statementOf(row: Row): StatementRow {
  const { statement_key, counts, refusal, started_at, updated_at, state, ...plain } = row;
  return {
    ...plain,
    key: statement_key,
    state: state as StatementState,
    bytes: Number(plain.bytes),
    counts: JSON.parse(counts) as StatementCounts,
    ...(refusal === null ? {} : { refusal: JSON.parse(refusal) as { code: string; message: string } }),
    startedAt: Number(started_at),
    updatedAt: Number(updated_at),
  };
}
