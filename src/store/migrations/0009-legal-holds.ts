/** Customers of whom nothing may be removed, and erasures that wait for that to end. */
import { entity, id, text, time } from '../ddl.js';
import type { Migration } from './migration.js';

export const legalHolds: Migration = {
  name: '0009-legal-holds',
  tables: [
    {
      name: 'legal_holds',
      columns: {
        entity,
        customer_id: id,
        reason: text(500),
        reference: text(128),
        placed_by: id,
        placed_at: time,
      },
      primary: ['entity', 'customer_id'],
    },
    {
      name: 'postponed_erasures',
      columns: { entity, customer_id: id, asked_by: id, asked_at: time },
      primary: ['entity', 'customer_id'],
    },
  ],
};
