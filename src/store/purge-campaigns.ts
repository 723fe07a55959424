/** Removes what campaigns that ended long ago still hold of single customers; how many there were of what stays. */
import type { Knex } from 'knex';
import { pageOf } from './campaign-alerts.js';
import { subjectHash } from './crypto/subject-hash.js';
import type { Database } from './database.js';
import { subjectsUnderHold } from './legal-holds.js';

/** Stopped or finished before `before`, with nothing left to be taken back: no such campaign ever runs again. */
export async function endedCampaigns(database: Database, trx: Knex, before: number): Promise<Buffer[]> {
  const ours = database.table('campaign_alerts');
  return trx({ c: database.table('campaigns') })
    .join({ r: database.table('campaign_runs') }, 'r.campaign_key', 'c.campaign_key')
    .whereIn('c.state', ['stopped', 'finished'])
    .where('c.ended_at', '<', before)
    .whereNull('r.sweep')
    .where((left) =>
      left.whereNotNull('r.last_customer').orWhereExists((some) =>
        some
          .select('variant')
          .from(ours)
          .whereRaw('?? = ??', [`${ours}.campaign_key`, 'c.campaign_key']),
      ),
    )
    .orderBy('c.ended_at')
    .pluck('c.campaign_key');
}

/** The last customer that was looked at. Returns how many campaigns had one. */
export function forgetLastCustomer(database: Database, trx: Knex, key: Buffer): Promise<number> {
  return trx(database.table('campaign_runs'))
    .where({ campaign_key: key })
    .whereNotNull('last_customer')
    .update({ last_customer: null });
}

/**
 * One page of a campaign's rows and decisions whose alert is gone. Returns how many rows were removed, and where the next page
 * begins: undefined after the last.
 */
export async function purgeCampaignAlerts(
  database: Database,
  trx: Knex.Transaction,
  key: Buffer,
  page: { after?: string; limit: number },
): Promise<{ removed: number; next?: string }> {
  const { alertIds, next } = await pageOf(database, trx, key, page);
  const rest = next === undefined ? {} : { next };
  const kept = new Set<string>(await trx(database.table('alerts')).whereIn('alert_id', alertIds).pluck('alert_id'));
  const held = [...(await subjectsUnderHold(database, trx))].map(subjectHash);
  const decisions = (ids: readonly string[]) => trx(database.table('decisions')).whereIn('alert_id', [...ids]);
  for (const id of await decisions(alertIds).whereIn('profile_hash', held).pluck('alert_id')) kept.add(id);
  const gone = alertIds.filter((id) => !kept.has(id));
  if (gone.length === 0) return { removed: 0, ...rest };
  await decisions(gone).delete();
  const removed = await trx(database.table('campaign_alerts'))
    .where({ campaign_key: key })
    .whereIn('alert_id', gone)
    .delete();
  return { removed, ...rest };
}
