/** Removes what is on record of messages, a page at a time: alerts that ended and how they went, and decisions without an event. */
import type { Knex } from 'knex';
import { type EndedAlert, keepCounted } from './campaign-alerts.js';
import { subjectHash } from './crypto/subject-hash.js';
import type { Database } from './database.js';
import { exceptHeld, subjectsUnderHold } from './legal-holds.js';
import { UNSENT } from './outbox-alert.js';

/** What has rows of an alert, by `alert_id`. */
const OF_ALERTS = ['attempts', 'receipts', 'alert_replies', 'alert_evidence'];

/**
 * Alerts that were made before `before` and have not changed since, but those that still wait, are being looked into, or are of
 * a customer or account under a legal hold. Returns how many were removed; fewer than `limit` means that there are no more.
 */
export async function purgeAlerts(
  database: Database,
  trx: Knex.Transaction,
  { before, limit }: { before: number; limit: number },
): Promise<number> {
  const held = [...(await subjectsUnderHold(database, trx))].map(subjectHash);
  const alerts = database.table('alerts');
  const old = trx(alerts)
    .where('queued_at', '<', before)
    .where('updated_at', '<', before)
    .whereNotIn('status', [...UNSENT, 'sending'])
    .whereNot((doubt) => doubt.where('status', 'unknown').whereNotNull('check_at'))
    .whereNotIn('profile_hash', held);
  const page: EndedAlert[] = await exceptHeld(database, old, 'alerts')
    .orderBy('queued_at')
    .limit(limit)
    .select({ alertId: 'alert_id', entity: 'entity', rule: 'rule' });
  if (page.length === 0) return 0;
  await keepCounted(database, trx, page);
  const ids = page.map(({ alertId }) => alertId);
  for (const table of OF_ALERTS) await trx(database.table(table)).whereIn('alert_id', ids).delete();
  return trx(alerts).whereIn('alert_id', ids).delete();
}

/**
 * Decisions made before `before` of which neither the event nor an alert is left; those of accounts and customers under a legal
 * hold stay. `after`: the last row of the page before. Returns the last row looked at, or undefined where there are no more.
 */
export async function purgeDecisions(
  database: Database,
  trx: Knex.Transaction,
  { before, after, limit }: { before: number; after: number; limit: number },
): Promise<{ removed: number; last?: number }> {
  const held = new Set(
    [...(await subjectsUnderHold(database, trx))].map((subject) => subjectHash(subject).toString('hex')),
  );
  const decisions = database.table('decisions');
  const page: { row_id: number; event_key: Buffer; alert_id: string; profile_hash: Buffer }[] = await trx(decisions)
    .where('row_id', '>', after)
    .where('decided_at', '<', before)
    .orderBy('row_id')
    .limit(limit)
    .select('row_id', 'event_key', 'alert_id', 'profile_hash');
  const known = async <T>(table: string, column: string, values: T[]): Promise<T[]> =>
    trx(database.table(table))
      .whereIn(column, values as string[])
      .pluck(column);
  const events = await known(
    'events',
    'event_key',
    page.map(({ event_key }) => event_key),
  );
  const alerts = await known(
    'alerts',
    'alert_id',
    page.map(({ alert_id }) => alert_id),
  );
  const kept = { events: new Set(events.map((key) => key.toString('hex'))), alerts: new Set(alerts) };
  const gone = page.filter(
    (row) =>
      !kept.events.has(row.event_key.toString('hex')) &&
      !kept.alerts.has(row.alert_id) &&
      !held.has(row.profile_hash.toString('hex')),
  );
  const ids = gone.map(({ row_id }) => row_id);
  const removed = ids.length === 0 ? 0 : await trx(decisions).whereIn('row_id', ids).delete();
  const last = page.length < limit ? undefined : page.at(-1)?.row_id;
  return { removed, ...(last === undefined ? {} : { last: Number(last) }) };
}
