/** The rows that the product wrote, read back from its database: what the raw writers write again. */
import type { Database } from '../../src/store/database.js';

export interface TableSample {
  table: string;
  columns: string[];
  rows: unknown[][];
  /** Rows in each commit. */
  perCommit: number;
  /** Columns that are overwritten where the row is there already; none for rows that are only added. */
  replaces: string[];
  /** Columns that have to differ from row to row. */
  unique: string[];
}

const TABLES = [
  { name: 'events', unique: ['event_key', 'event_id'] },
  { name: 'profiles', unique: [], identity: ['profile_hash'] },
  { name: 'transactions', unique: ['transaction_hash'], identity: ['profile_hash', 'transaction_hash'] },
  { name: 'decisions', unique: ['event_key', 'alert_id'] },
  { name: 'alerts', unique: ['event_key', 'alert_id', 'transaction_hash'] },
];

/** Numbers it gives, and columns it computes. */
const FILLED_BY_DATABASE = new Set(['row_id', 'queue_key']);

export const EVENTS_A_COMMIT = 256;
const MOST_ROWS = 2_000;

export async function sampleRows(database: Database): Promise<TableSample[]> {
  const { knex } = database;
  const count = async (table: string) => Number((await knex(database.table(table)).count({ rows: '*' }))[0]?.rows);
  const events = await count('events');
  const samples: TableSample[] = [];
  for (const { name, unique, identity } of TABLES) {
    const found: Record<string, unknown>[] = await knex(database.table(name)).limit(MOST_ROWS);
    const columns = Object.keys(found[0] ?? {}).filter((column) => !FILLED_BY_DATABASE.has(column));
    const stored = await count(name);
    // Many events of a commit share a profile, and it is written once.
    const perCommit =
      name === 'profiles' ? differentOf(stored, EVENTS_A_COMMIT) : Math.round((EVENTS_A_COMMIT * stored) / events);
    if (perCommit === 0) continue;
    const replaces = identity === undefined ? [] : columns.filter((column) => !identity.includes(column));
    samples.push({
      table: database.table(name),
      columns,
      rows: found.map((row) => columns.map((column) => row[column])),
      perCommit,
      replaces,
      unique: unique.filter((column) => columns.includes(column)),
    });
  }
  return samples;
}

/** How many different ones are expected among `drawn` of `all`. */
function differentOf(all: number, drawn: number): number {
  return Math.round(all * (1 - (1 - 1 / all) ** drawn));
}
