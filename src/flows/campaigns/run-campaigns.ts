/**
 * Takes every open campaign one step further: alerts that wait are moved, a page of customers is gone through, alerts are counted.
 * A lease in the database says which replica works on which campaign; one that dies loses it by not renewing it.
 */
import { appendAudit } from '../../store/audit.js';
import { sweepAlerts } from '../../store/campaign-alerts.js';
import { type CampaignRun, changeRun, readRun, releaseRuns, takeRun } from '../../store/campaign-runs.js';
import { readSpending } from '../../store/campaign-spending.js';
import { changeCampaign, findCampaign, openCampaigns, type StoredCampaign } from '../../store/campaigns.js';
import { marketingBacklog } from '../../store/marketing-told.js';
import { withTransaction } from '../../store/with-transaction.js';
import type { House } from '../house.js';
import { pauseSpent } from './campaign-desk.js';
import { compiledOf } from './compiled.js';
import { type Counting, countStep } from './count-results.js';
import { enqueuePage } from './enqueue-page.js';

/** Customers of one page: a page is one transaction, and codes wait for it on SQLite. */
const PAGE = 200;
/** Marketing that could leave at once: more would only make a stop slower. */
const BACKLOG = 2_000;
/** How far ahead of its pace a campaign is put into the outbox. */
const AHEAD_MS = 10_000;
const LEASE_MS = 10_000;
const SWEEP = 500;
/** How long after its end what becomes of its messages is still counted: receipts may take days. */
const COUNTED_MS = 3 * 86_400_000;

export interface Runner {
  /** This replica's name. */
  owner: string;
  /** Counts under way, by campaign. */
  counting: Map<string, Counting>;
}

/** Returns whether there is more to do at once. */
export async function runCampaigns(house: House, runner: Runner): Promise<boolean> {
  const { database } = house.vault;
  let busy = false;
  for (const campaign of await openCampaigns(database, database.knex, house.now() - COUNTED_MS)) {
    const now = house.now();
    const lease = { owner: runner.owner, now, until: now + LEASE_MS };
    if (await takeRun(database, database.knex, campaign.key, lease)) {
      busy = (await stepCampaign(house, runner, campaign)) || busy;
    }
  }
  return busy;
}

async function stepCampaign(house: House, runner: Runner, campaign: StoredCampaign): Promise<boolean> {
  const { database } = house.vault;
  const run = await readRun(database, database.knex, campaign.key);
  if (run === undefined) return false;
  if (run.sweep !== undefined) return sweepPage(house, campaign, runner);
  if (campaign.state !== 'running') return (await countStep(house, runner.counting, campaign, run)) === 'more';
  const { startsAt, endsAt } = compiledOf(house, campaign);
  const now = house.now();
  if (endsAt !== undefined && now >= endsAt) return finish(house, campaign, 'ended');
  if (startsAt !== undefined && now < startsAt) return false;
  const enqueued = await enqueueSome(house, runner, campaign, run);
  const counted = await countStep(house, runner.counting, campaign, run);
  if (counted === 'over') return finish(house, campaign, undefined);
  return enqueued || counted === 'more';
}

/** Returns whether a page was gone through. */
async function enqueueSome(
  house: House,
  { owner }: Runner,
  campaign: StoredCampaign,
  run: CampaignRun,
): Promise<boolean> {
  if (run.doneAt !== undefined) return false;
  const limit = await roomFor(house, campaign, run);
  if (limit <= 0) return false;
  const page = await enqueuePage(house, campaign, { owner, limit, leaseMs: LEASE_MS });
  if (page === undefined) return false;
  if (page.enqueued > 0) house.wakeCourier();
  return !page.done;
}

/** How many customers may be gone through now. */
async function roomFor(house: House, campaign: StoredCampaign, run: CampaignRun): Promise<number> {
  const { database } = house.vault;
  const now = house.now();
  if (run.nextSlot / 1000 > now + AHEAD_MS) return 0;
  const { budget } = campaign.source.campaign;
  let limit = PAGE;
  if (budget?.messages !== undefined) {
    const spending = (await readSpending(database, database.knex, [campaign.key])).get(campaign.key.toString('hex'));
    const { messages = 0, gone = 0 } = spending ?? {};
    if (messages >= budget.messages) {
      const own = { key: campaign.key, campaign: compiledOf(house, campaign) };
      await withTransaction(database, (trx) => pauseSpent(house, trx, own, 'budget-messages', now));
      return 0;
    }
    // Of those that wait, some may be refused: then others take their places.
    const waiting = Math.max(0, run.tallies.messages - gone);
    limit = Math.min(limit, budget.messages - messages - waiting);
    if (limit <= 0) return 0;
  }
  return (await marketingBacklog(database, database.knex, { now, most: BACKLOG })) < BACKLOG ? limit : 0;
}

/** One page; the campaign's own state says what is done with what waits. */
async function sweepPage(house: House, campaign: StoredCampaign, { owner }: Runner): Promise<boolean> {
  const { database } = house.vault;
  await withTransaction(database, async (trx) => {
    const run = await readRun(database, trx, campaign.key, { lock: true });
    if (run?.sweep === undefined || run.leaseOwner !== owner) return;
    const at = house.now();
    const reason = campaign.reason === 'ended' ? 'campaign-ended' : 'campaign-stopped';
    const after = run.swept === undefined ? {} : { after: run.swept };
    const { next } = await sweepAlerts(database, trx, campaign.key, {
      sweep: run.sweep,
      reason,
      ...after,
      limit: SWEEP,
      at,
    });
    const rest = next === undefined ? { sweep: null, swept: null } : { swept: next };
    await changeRun(database, trx, campaign.key, { ...rest, leaseUntil: at + LEASE_MS });
  });
  house.wakeCourier();
  return true;
}

/** Everybody was told, or its end came: what waits beyond that is taken back. */
async function finish(house: House, { key }: StoredCampaign, reason: 'ended' | undefined): Promise<boolean> {
  const { database } = house.vault;
  return withTransaction(database, async (trx) => {
    const at = house.now();
    await readRun(database, trx, key, { lock: true });
    const campaign = await findCampaign(database, trx, key, { lock: true });
    if (campaign?.state !== 'running') return false;
    if (reason !== undefined) await changeRun(database, trx, key, { sweep: 'cancel', swept: null });
    await changeCampaign(database, trx, key, { state: 'finished', reason: reason ?? null, endedAt: at }, at);
    const subject = `campaign:${campaign.entity}/${campaign.name}`;
    const detail = reason === undefined ? {} : { reason };
    await appendAudit(database, trx, { at, actor: 'service', action: 'campaign-finished', subject, detail });
    return reason !== undefined;
  });
}

/** Lets other replicas go on at once. */
export function leaveCampaigns({ vault: { database } }: House, { owner }: Runner): Promise<void> {
  return releaseRuns(database, database.knex, owner);
}
