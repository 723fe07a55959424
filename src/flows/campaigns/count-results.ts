/** Counts how a campaign's alerts stand, a page at a time: small campaigns every other second, large ones now and then. */
import { addRemoved, countAlerts } from '../../store/campaign-alerts.js';
import { type CampaignResults, type CampaignRun, changeRun, readRun } from '../../store/campaign-runs.js';
import { lockMarketing, readSpending, saveSpending } from '../../store/campaign-spending.js';
import type { StoredCampaign } from '../../store/campaigns.js';
import { withTransaction } from '../../store/with-transaction.js';
import type { House } from '../house.js';
import { compiledOf } from './compiled.js';

const PAGE = 1_000;
/** Counted whenever somebody asks. */
const FEW = 2_000;
const SHORTEST = 2_000;
const SHORTEST_AT_REST = 10_000;
/** Milliseconds between counts for each alert to count: a million in a minute and a half. */
const PER_ALERT = 0.1;

export interface Counting {
  after?: string;
  into: CampaignResults;
}

/** `over`: everybody was gone through and every alert has ended. `more`: the count is under way. */
export async function countStep(
  house: House,
  counting: Map<string, Counting>,
  campaign: StoredCampaign,
  run: CampaignRun,
): Promise<'over' | 'more' | 'rest'> {
  const { database } = house.vault;
  const name = campaign.key.toString('hex');
  const known = counting.get(name);
  const now = house.now();
  const isRunning = campaign.state === 'running';
  const pause = Math.max(isRunning ? SHORTEST : SHORTEST_AT_REST, run.tallies.messages * PER_ALERT);
  if (known === undefined && now - run.countedAt < pause) return 'rest';
  const current: Counting = known ?? { into: { variants: {}, open: 0, paused: 0 } };
  const names = compiledOf(house, campaign).variants.map((variant) => variant.name);
  const after = current.after === undefined ? {} : { after: current.after };
  const next = await countAlerts(database, database.knex, campaign.key, {
    ...after,
    limit: PAGE,
    names,
    into: current.into,
  });
  if (next !== undefined) {
    counting.set(name, { ...current, after: next });
    return 'more';
  }
  counting.delete(name);
  await saveResults(house, campaign, { names, into: current.into, at: now });
  return isRunning ? conclude(house, campaign, run, current.into) : 'rest';
}

/** All at once, where there are not many; undefined where there are. */
export async function countNow(
  house: House,
  campaign: StoredCampaign,
  run: CampaignRun,
): Promise<CampaignResults | undefined> {
  if (run.tallies.messages > FEW) return undefined;
  const { database } = house.vault;
  const names = compiledOf(house, campaign).variants.map((variant) => variant.name);
  const into: CampaignResults = { variants: {}, open: 0, paused: 0 };
  await countAlerts(database, database.knex, campaign.key, { limit: FEW + 1, names, into });
  addRemoved(into, run.results.removed, names);
  return into;
}

function saveResults(
  { vault: { database } }: House,
  { key }: StoredCampaign,
  { names, into, at }: { names: readonly string[]; into: CampaignResults; at: number },
): Promise<void> {
  return withTransaction(database, async (trx) => {
    const { removed, clicks } = (await readRun(database, trx, key, { lock: true }))?.results ?? {};
    addRemoved(into, removed, names);
    const results = { ...into, ...(removed && { removed }), ...(clicks && { clicks }) };
    await changeRun(database, trx, key, { results, countedAt: at });
  });
}

/** What the count shows beside the figures: that it is over, that some are held by mistake, or that some ended elsewhere. */
async function conclude(
  house: House,
  campaign: StoredCampaign,
  run: CampaignRun,
  { open, paused }: CampaignResults,
): Promise<'over' | 'rest'> {
  const { database } = house.vault;
  if (open === 0 && run.doneAt !== undefined) return 'over';
  // A claim that began before a resume may have held some after the others were let go.
  if (paused > 0) await changeRun(database, database.knex, campaign.key, { sweep: 'release', swept: null });
  // Alerts that were taken back for another reason, such as an erasure, passed by nobody who counts.
  if (open === 0) await forgetWaiting(house, campaign, run.tallies.messages);
  return 'rest';
}

function forgetWaiting({ vault: { database } }: House, { key }: StoredCampaign, made: number): Promise<void> {
  return withTransaction(database, async (trx) => {
    await lockMarketing(database, trx);
    const spending = (await readSpending(database, trx, [key])).get(key.toString('hex'));
    if (spending === undefined || spending.gone >= made) return;
    await saveSpending(database, trx, key, { ...spending, gone: made });
  });
}
