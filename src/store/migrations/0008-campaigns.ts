/** Campaigns: what they say and how they stand, how far each has got, what it has used, and which alerts are its own. */
import { entity, hash, id, integer, longText, nullable, sequence, type Table, text, time } from '../ddl.js';
import type { Migration } from './migration.js';

const TABLES: Table[] = [
  {
    name: 'campaigns',
    columns: {
      campaign_key: hash(16),
      entity,
      name: text(64),
      version: text(16),
      document: longText,
      state: text(12),
      reason: nullable(text(32)),
      created_by: id,
      created_at: time,
      approved_by: longText,
      started_at: nullable(time),
      ended_at: nullable(time),
      updated_at: time,
    },
    primary: ['campaign_key'],
    unique: [['entity', 'name']],
    indexes: [['state'], ['created_at']],
  },
  {
    // Apart from the document: whoever makes alerts and whoever lets them leave do not wait for each other.
    name: 'campaign_runs',
    columns: {
      campaign_key: hash(16),
      lease_owner: nullable(text(64)),
      lease_until: time,
      /** The last customer that was looked at. */
      last_customer: nullable(id),
      done_at: nullable(time),
      /** Microseconds: the next free place at the campaign's pace. */
      next_slot: sequence,
      tallies: longText,
      /** What its alerts that wait are moved to, page by page, and the last one that was. */
      sweep: nullable(text(12)),
      swept: nullable(text(40)),
      results: longText,
      counted_at: time,
    },
    primary: ['campaign_key'],
    indexes: [['sweep']],
  },
  {
    name: 'campaign_spending',
    columns: {
      campaign_key: hash(16),
      messages: sequence,
      /** Millionths of the prices' currency. */
      cost: sequence,
      /** Alerts that wait no more: they left, or a gate ended them. */
      gone: sequence,
      /** Thousandths of a message that may leave at `refilled_at`. */
      tokens: sequence,
      refilled_at: time,
      next_slot: sequence,
    },
    primary: ['campaign_key'],
  },
  {
    name: 'campaign_alerts',
    columns: { campaign_key: hash(16), alert_id: text(40), variant: integer },
    primary: ['campaign_key', 'alert_id'],
  },
];

export const campaignTables: Migration = { name: '0008-campaigns', tables: TABLES };
