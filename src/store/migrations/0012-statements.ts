/** Files of entries: how far each was taken, and what became of it. */
import { entity, hash, id, integer, longText, nullable, sequence, type Table, text, time } from '../ddl.js';
import type { Migration } from './migration.js';

const TABLES: Table[] = [
  {
    name: 'statements',
    columns: {
      /** SHA-256 over entity, source and content: the same file is one row, whatever it is called. */
      statement_key: hash(32),
      entity,
      source: id,
      name: id,
      state: text(16),
      bytes: sequence,
      entries: integer,
      /** Entries that are durable: where to go on. */
      done: integer,
      /** Counts by outcome and reason, and the first entries that were refused: JSON, no values of the file. */
      counts: longText,
      refusal: nullable(longText),
      started_at: time,
      updated_at: time,
    },
    primary: ['statement_key'],
    indexes: [['started_at']],
  },
];

export const statementTables: Migration = { name: '0012-statements', tables: TABLES };
