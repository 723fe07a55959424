/**
 * Texts that hold a one-time code: beside each lies what is kept in its place once the message has left, sealed in the
 * same way, so that wiping a code needs no key.
 */
import type { Knex } from 'knex';
import type { Database } from './database.js';
import { type AlertToStore, UNSENT } from './outbox.js';
import { textContext } from './outbox-alert.js';

/** Called with the alerts just inserted; those without a code are left out. */
export async function insertEvidence(
  database: Database,
  trx: Knex.Transaction,
  alerts: readonly AlertToStore[],
): Promise<void> {
  const rows = alerts.flatMap(({ alertId, key, draft }) =>
    draft.evidence === undefined
      ? []
      : [{ alert_id: alertId, text: key.seal(Buffer.from(draft.evidence), textContext(alertId)) }],
  );
  if (rows.length > 0) await trx(database.table('alert_evidence')).insert(rows);
}

/**
 * Puts the evidence in the place of texts that wait no more. One that may not have been sent waits while it is looked into:
 * its provider may be sure that it never took it. Returns how many codes were wiped.
 */
export async function wipeCodes(database: Database, trx: Knex, alertIds?: readonly string[]): Promise<number> {
  const alerts = database.table('alerts');
  const evidence = database.table('alert_evidence');
  const done = trx(evidence)
    .join(alerts, `${alerts}.alert_id`, `${evidence}.alert_id`)
    .whereNotIn(`${alerts}.status`, [...UNSENT, 'sending'])
    .whereNot((doubt) => doubt.where(`${alerts}.status`, 'unknown').whereNotNull(`${alerts}.check_at`))
    .limit(1_000);
  if (alertIds !== undefined) done.whereIn(`${evidence}.alert_id`, [...alertIds]);
  const ids: string[] = await done.pluck(`${evidence}.alert_id`);
  if (ids.length === 0) return 0;
  await trx(alerts)
    .whereIn('alert_id', ids)
    .update({
      text: trx(evidence).select('text').whereRaw('??.?? = ??.??', [evidence, 'alert_id', alerts, 'alert_id']),
    });
  return trx(evidence).whereIn('alert_id', ids).delete();
}
