/** What customers send to the bank, what they stopped, what they answered, and what the bank is told of it. */
import { blob, entity, flag, hash, id, integer, longText, nullable, rowId, type Table, text, time } from '../ddl.js';
import type { Migration } from './migration.js';

const REPLIES: Table[] = [
  {
    name: 'inbound',
    columns: {
      row_id: rowId,
      inbound_key: hash(32),
      adapter: text(64),
      provider_id: nullable(id),
      phone_index: hash(32),
      sent_to: text(64),
      word: text(16),
      outcome: text(32),
      alert_id: nullable(text(40)),
      answer_id: nullable(text(40)),
      received_at: time,
    },
    unique: [['inbound_key']],
    indexes: [['phone_index', 'received_at'], ['received_at']],
  },
  {
    // A copy for each customer with the number, sealed with the customer's key: erasing one leaves the others theirs.
    name: 'inbound_customers',
    columns: { inbound_key: hash(32), entity, customer_id: id, body: blob },
    primary: ['inbound_key', 'entity', 'customer_id'],
    indexes: [['entity', 'customer_id']],
  },
  {
    // One row a period: `until` is when a START ended it.
    name: 'stops',
    columns: {
      row_id: rowId,
      entity,
      phone_index: hash(32),
      topic: text(128),
      since: time,
      until: nullable(time),
      how: text(64),
    },
    indexes: [['entity', 'phone_index']],
  },
  {
    name: 'alert_replies',
    columns: {
      inbound_key: hash(32),
      alert_id: text(40),
      customer_id: id,
      answer: text(8),
      standing: text(16),
      received_at: time,
    },
    primary: ['inbound_key'],
    indexes: [['alert_id', 'received_at']],
  },
];

const WEBHOOKS: Table[] = [
  {
    name: 'webhooks',
    columns: {
      webhook_id: text(40),
      endpoint: text(64),
      type: text(64),
      entity,
      body: longText,
      status: text(12),
      attempts: integer,
      not_before: time,
      code: nullable(text(64)),
      created_at: time,
      updated_at: time,
      redriven: flag,
    },
    primary: ['webhook_id'],
    indexes: [
      ['status', 'not_before'],
      ['created_at', 'webhook_id'],
    ],
  },
];

export const replyTables: Migration = { name: '0003-replies', tables: [...REPLIES, ...WEBHOOKS] };
