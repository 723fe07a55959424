/** The alerts of campaigns: made a page at a time, counted, and moved in bounded statements. */
import type { Knex } from 'knex';
import type { AlertStatus } from '../contracts/decision.js';
import { campaignKey, campaignOf } from '../core/campaign/campaign-ids.js';
import { type CampaignResults, changeRun, readRun, type Sweep } from './campaign-runs.js';
import { subjectHash } from './crypto/subject-hash.js';
import type { Database } from './database.js';
import { insertRows } from './insert-rows.js';
import { type AlertToStore, insertAlerts } from './outbox.js';
import { UNSENT } from './outbox-alert.js';

/** Why its alerts are held while a campaign is paused; no other hold or release touches them. */
export const PAUSED = 'campaign-paused';

export interface CampaignAlert extends AlertToStore {
  customerId: string;
  /** Position of its variant. */
  variant: number;
  variantName: string;
  /** Epoch milliseconds. */
  notBefore: number;
}

const DECISION_COLUMNS =
  'event_key alert_id profile_hash entity rule rule_version recipient outcome reason detail context decided_at'.split(
    ' ',
  );

/** With a decision of each, so that its way can be traced as that of any other. */
export async function insertCampaignAlerts(
  database: Database,
  trx: Knex.Transaction,
  key: Buffer,
  alerts: readonly CampaignAlert[],
  at: number,
): Promise<void> {
  await insertAlerts(database, trx, alerts, at);
  const decisions = alerts.map((alert) => [
    alert.eventKey,
    alert.alertId,
    subjectHash(alert.subject),
    alert.entity,
    alert.rule,
    alert.ruleVersion,
    alert.customerId,
    'alert',
    null,
    `variant ${alert.variantName}`,
    '{}',
    at,
  ]);
  await insertRows(database, trx, 'decisions', DECISION_COLUMNS, decisions);
  const own = alerts.map(({ alertId, variant }) => [key, alertId, variant]);
  await insertRows(database, trx, 'campaign_alerts', ['campaign_key', 'alert_id', 'variant'], own);
}

/** Ids of a page, and where the next one begins: undefined after the last. */
export interface AlertPage {
  alertIds: string[];
  next?: string;
}

export async function pageOf(
  database: Database,
  trx: Knex,
  key: Buffer,
  { after = '', limit }: { after?: string; limit: number },
): Promise<AlertPage> {
  const rows: { alert_id: string }[] = await trx(database.table('campaign_alerts'))
    .select('alert_id')
    .where({ campaign_key: key })
    .where('alert_id', '>', after)
    .orderBy('alert_id')
    .limit(limit);
  const alertIds = rows.map(({ alert_id }) => alert_id);
  return alertIds.length < limit ? { alertIds } : { alertIds, next: alertIds.at(-1) };
}

/** Moves one page of those that wait. */
export async function sweepAlerts(
  database: Database,
  trx: Knex.Transaction,
  key: Buffer,
  page: { sweep: Sweep; reason?: string; after?: string; limit: number; at: number },
): Promise<{ moved: number; next?: string }> {
  const { alertIds, next } = await pageOf(database, trx, key, page);
  if (alertIds.length === 0) return { moved: 0 };
  const ours = trx(database.table('alerts')).whereIn('alert_id', alertIds);
  const moved = await (page.sweep === 'cancel'
    ? ours.whereIn('status', [...UNSENT]).update({ status: 'cancelled', reason: page.reason, updated_at: page.at })
    : ours.where({ status: 'held', reason: PAUSED }).update({ status: 'queued', reason: null, updated_at: page.at }));
  return next === undefined ? { moved } : { moved, next };
}

/** An alert that retention is about to remove. */
export interface EndedAlert {
  alertId: string;
  entity: string;
  rule: string;
}

/** Keeps those that campaigns made in the counts of their campaigns. */
export async function keepCounted(
  database: Database,
  trx: Knex.Transaction,
  alerts: readonly EndedAlert[],
): Promise<void> {
  const byCampaign = new Map<string, string[]>();
  for (const { alertId, entity, rule } of alerts) {
    const campaign = campaignOf(rule);
    if (campaign === undefined) continue;
    const key = Buffer.from(campaignKey(entity, campaign)).toString('hex');
    byCampaign.set(key, [...(byCampaign.get(key) ?? []), alertId]);
  }
  for (const [key, alertIds] of [...byCampaign].sort(([a], [b]) => (a < b ? -1 : 1))) {
    await keepCountedOf(database, trx, Buffer.from(key, 'hex'), alertIds);
  }
}

async function keepCountedOf(
  database: Database,
  trx: Knex.Transaction,
  key: Buffer,
  alertIds: readonly string[],
): Promise<void> {
  const run = await readRun(database, trx, key, { lock: true });
  if (run === undefined) return;
  // Read under the lock: another replica may have removed and counted some since they were found.
  const rows: { variant: number; status: AlertStatus }[] = await trx({ c: database.table('campaign_alerts') })
    .join({ a: database.table('alerts') }, 'a.alert_id', 'c.alert_id')
    .where('c.campaign_key', key)
    .whereIn('c.alert_id', [...alertIds])
    .select({ variant: 'c.variant', status: 'a.status' });
  const removed = run.results.removed ?? {};
  for (const { variant, status } of rows) addTo(removed, String(variant), status, 1);
  await changeRun(database, trx, key, { results: { ...run.results, removed } });
}

/** Not ended: they wait, are on their way, or nobody knows. */
const OPEN: readonly AlertStatus[] = ['queued', 'held', 'deferred', 'sending'];

/** Adds one page to the counts. @param names of the variants, in their order */
export async function countAlerts(
  database: Database,
  trx: Knex,
  key: Buffer,
  page: { after?: string; limit: number; names: readonly string[]; into: CampaignResults },
): Promise<string | undefined> {
  const { alertIds, next } = await pageOf(database, trx, key, page);
  const { into } = page;
  if (alertIds.length === 0) return undefined;
  const rows: { variant: number; status: AlertStatus; paused: number; count: number }[] = await trx({
    c: database.table('campaign_alerts'),
  })
    .join({ a: database.table('alerts') }, 'a.alert_id', 'c.alert_id')
    .where('c.campaign_key', key)
    .where('c.alert_id', '>', page.after ?? '')
    .where('c.alert_id', '<=', alertIds.at(-1) as string)
    .groupBy('c.variant', 'a.status', 'paused')
    .select({
      variant: 'c.variant',
      status: 'a.status',
      paused: trx.raw('case when a.reason = ? then 1 else 0 end', [PAUSED]),
      count: trx.raw('count(*)'),
    });
  for (const { variant, status, paused, count } of rows) {
    addTo(into.variants, page.names[variant] ?? String(variant), status, Number(count));
    if (OPEN.includes(status)) into.open += Number(count);
    if (status === 'held' && Number(paused) === 1) into.paused += Number(count);
  }
  return next;
}

/** Adds those that are no more, so that the counts stay as they were. */
export function addRemoved(into: CampaignResults, removed: CampaignResults['removed'], names: readonly string[]): void {
  for (const [variant, statuses] of Object.entries(removed ?? {})) {
    const name = names[Number(variant)] ?? variant;
    for (const [status, count] of Object.entries(statuses)) addTo(into.variants, name, status, count);
  }
}

function addTo(counts: CampaignResults['variants'], variant: string, status: string, count: number): void {
  const own = counts[variant] ?? {};
  counts[variant] = own;
  own[status] = (own[status] ?? 0) + count;
}
