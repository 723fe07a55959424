/** One-time codes, failures in a row, and what counts against limits. Codes are keyed hashes only. */
import { blob, entity, hash, id, integer, nullable, type Table, text, time } from '../ddl.js';
import type { Migration } from './migration.js';

const TABLES: Table[] = [
  {
    name: 'challenges',
    columns: {
      challenge_id: text(40),
      entity,
      customer_id: id,
      purpose: text(32),
      generation: integer,
      code_hash: hash(32),
      binding_hash: hash(32),
      status: text(16),
      attempts: integer,
      resends: integer,
      phone_version: integer,
      created_at: time,
      sent_at: time,
      expires_at: time,
      ended_at: nullable(time),
      /** What is confirmed, sealed with the customer's key. */
      detail: blob,
    },
    primary: ['challenge_id'],
    indexes: [['entity', 'customer_id', 'purpose', 'status'], ['created_at']],
  },
  {
    // What takes the place of a text once its code has left.
    name: 'alert_evidence',
    columns: { alert_id: text(40), text: blob },
    primary: ['alert_id'],
  },
  {
    name: 'challenge_failures',
    columns: {
      entity,
      customer_id: id,
      in_a_row: integer,
      pauses: integer,
      paused_until: nullable(time),
      version: integer,
    },
    primary: ['entity', 'customer_id'],
  },
  {
    // Two neighbouring windows of a value; older ones are removed.
    name: 'quotas',
    columns: { quota_key: hash(32), window_start: time, used: integer, ends_at: time },
    primary: ['quota_key', 'window_start'],
    indexes: [['ends_at']],
  },
];

export const challengeTables: Migration = { name: '0004-challenges', tables: TABLES };
