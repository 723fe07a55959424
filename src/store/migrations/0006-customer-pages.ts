/** Codes that tell a genuine SMS, links to a customer's own choices, and the phrase a customer recognises the bank by. */
import { blob, type DdlTarget, entity, hash, id, integer, nullable, type Table, text, time } from '../ddl.js';
import { addColumns } from './alter-table.js';
import type { Migration } from './migration.js';

const TABLES: Table[] = [
  {
    // A keyed hash of the code: who reads the table cannot make a code that is found in it.
    name: 'verify_codes',
    columns: { code_hash: hash(32), alert_id: text(40), phone_version: integer, sent_at: time, ends_at: time },
    primary: ['code_hash'],
    indexes: [['ends_at']],
  },
  {
    // A keyed hash of the token's first part: who reads the table cannot open a page.
    name: 'preference_links',
    columns: {
      link_hash: hash(32),
      entity,
      customer_id: id,
      created_at: time,
      ends_at: time,
      used_at: nullable(time),
      revoked_at: nullable(time),
    },
    primary: ['link_hash'],
    indexes: [['entity', 'customer_id'], ['ends_at']],
  },
];

export const customerPages: Migration = {
  name: '0006-customer-pages',
  tables: TABLES,
  statements: (target: DdlTarget) => [
    // Sealed with the customer's key, unlike the rest of what they chose.
    ...addColumns('preferences', { phrase: nullable(blob) }, target),
  ],
};
