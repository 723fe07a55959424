/** Short links: where a token of a message leads, for whom, until when, and when it was first followed. */
import { blob, entity, hash, id, nullable, text, time } from '../ddl.js';
import type { Migration } from './migration.js';

export const shortLinks: Migration = {
  name: '0009-short-links',
  tables: [
    {
      // A keyed hash of the token: who reads the table cannot make a link that works.
      name: 'short_links',
      columns: {
        link_hash: hash(32),
        entity,
        customer_id: id,
        alert_id: text(40),
        name: text(32),
        // What links are counted under, such as a campaign.
        group_id: nullable(text(64)),
        // Sealed with the customer's key: an address can say a lot about whom it was made for.
        target: blob,
        created_at: time,
        ends_at: time,
        clicked_at: nullable(time),
      },
      primary: ['link_hash'],
      indexes: [['entity', 'customer_id'], ['alert_id'], ['group_id', 'name'], ['ends_at']],
    },
  ],
};
