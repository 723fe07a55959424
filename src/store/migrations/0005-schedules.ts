/** What customers are known to owe, and what comes by the calendar. */
import { blob, hash, nullable, sequence, type Table, text, time } from '../ddl.js';
import type { Migration } from './migration.js';

const TABLES: Table[] = [
  {
    // One row a loan or standing order: its instalments, sealed with the customer's key.
    name: 'instalments',
    columns: { profile_hash: hash(16), loan_hash: hash(16), state: blob },
    primary: ['profile_hash', 'loan_hash'],
  },
  {
    name: 'schedules',
    columns: {
      schedule_key: hash(16),
      kind: text(16),
      profile_hash: hash(16),
      subject: text(340),
      due_at: time,
      /** How far it was dealt with. */
      mark: nullable(sequence),
      /** What it is about, sealed with the subject's key. */
      detail: blob,
    },
    primary: ['schedule_key'],
    indexes: [['kind', 'due_at'], ['profile_hash']],
  },
];

export const scheduleTables: Migration = { name: '0005-schedules', tables: TABLES };
