/**
 * What delivery needs to claim from a long queue, to go on with another provider, and to find out about messages whose fate
 * is unknown.
 */
import { type Column, type DdlTarget, integer, nullable, type Table, text, time } from '../ddl.js';
import { addColumns, addIndex } from './alter-table.js';
import type { Migration } from './migration.js';

const count = (initial: number): Column => ({
  sqlite: `INT NOT NULL DEFAULT ${initial}`,
  mysql: `INT NOT NULL DEFAULT ${initial}`,
});

/**
 * Where an alert waits: its lane, then its priority (the larger first), then its bucket; NULL while it does not wait. The
 * database computes it, so that whoever changes a status cannot forget it. `claim-queue.ts` reads it back.
 */
const QUEUE_KEY =
  "CASE WHEN `status` IN ('queued', 'deferred') THEN ((`lane` * 4096 + 2048 - `priority`) * 65536 + `bucket`) END";
const queueKey: Column = {
  sqlite: `BIGINT GENERATED ALWAYS AS (${QUEUE_KEY}) VIRTUAL`,
  mysql: `BIGINT GENERATED ALWAYS AS (${QUEUE_KEY}) STORED`,
};

const ALERT_COLUMNS: Record<string, Column> = {
  /** The queue within a lane and priority; the last one until it is known through which adapters the alert may go. */
  bucket: count(65_535),
  queue_key: queueKey,
  /** The adapter that just failed, where the next one of the route is tried at once. */
  after_adapter: nullable(text(64)),
  /** Rows of its trace: attempts, look-ups and what was decided about it without them. */
  steps: count(0),
  lookups: count(0),
  resends: count(0),
  /** When the last request left. */
  sent_at: nullable(time),
  /** When an `unknown` alert is looked at again. */
  check_at: nullable(time),
};

const PROVIDERS: Table = {
  name: 'providers',
  columns: {
    name: text(64),
    /** The circuit breaker: `closed`, `open` or `half-open`. */
    state: text(16),
    failures: integer,
    opened_at: time,
    retry_at: time,
    /** Thousandths of a message that may leave at `refilled_at`. */
    tokens: integer,
    refilled_at: time,
    version: integer,
  },
  primary: ['name'],
};

const SEND_COUNTS: Table = {
  name: 'send_counts',
  columns: { scope: text(128), starts_at: time, ends_at: time, used: integer },
  primary: ['scope', 'starts_at'],
  indexes: [['ends_at']],
};

export const delivery: Migration = {
  name: '0002-delivery',
  tables: [PROVIDERS, SEND_COUNTS],
  statements: (target: DdlTarget) => [
    ...addColumns('alerts', ALERT_COLUMNS, target),
    `UPDATE \`${target.prefix}alerts\` SET \`steps\` = \`attempts\` WHERE \`steps\` < \`attempts\``,
    `UPDATE \`${target.prefix}alerts\` SET \`bucket\` = 0 WHERE \`notify\` = 'bank' AND \`bucket\` <> 0`,
    `UPDATE \`${target.prefix}alerts\` SET \`check_at\` = \`updated_at\` WHERE \`status\` = 'unknown' AND \`sent_at\` IS NULL`,
    ...addIndex('alerts', 'alerts_queue', ['queue_key', 'not_before', 'alert_id'], target),
    ...addIndex('alerts', 'alerts_check', ['check_at'], target),
    ...addIndex('alerts', 'alerts_told', ['customer_id', 'sent_at'], target),
  ],
};
