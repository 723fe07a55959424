/** How a campaign stands: what it says, how far it got, what it used, and what became of its messages by variant. */
import { addClicks } from '../../store/campaign-clicks.js';
import type { CampaignResults, CampaignRun } from '../../store/campaign-runs.js';
import { readRun } from '../../store/campaign-runs.js';
import { type CampaignSpending, readSpending } from '../../store/campaign-spending.js';
import { listCampaigns, type StoredCampaign } from '../../store/campaigns.js';
import { countClicks } from '../../store/short-links.js';
import type { House } from '../house.js';
import { countNow } from './count-results.js';
import { requireCampaign } from './preview.js';

export type { CampaignResults, CampaignRun, CampaignSpending, StoredCampaign };

export interface CampaignStanding {
  campaign: StoredCampaign;
  run: CampaignRun;
  spending: CampaignSpending;
  /** People still missing for a start. */
  missing: number;
  clicks: { name: string; links: number; clicked: number }[];
  currency?: string;
}

/** @throws LedgerbellError `campaign-unknown` */
export async function readCampaign(house: House, of: { entity: string; name: string }): Promise<CampaignStanding> {
  const { database } = house.vault;
  const { knex } = database;
  return standingOf(house, await requireCampaign(house, knex, of));
}

export async function standingOf(house: House, campaign: StoredCampaign): Promise<CampaignStanding> {
  const { database } = house.vault;
  const { knex } = database;
  const stored = (await readRun(database, knex, campaign.key)) as CampaignRun;
  const counted = await countNow(house, campaign, stored);
  const run = counted === undefined ? stored : { ...stored, results: counted, countedAt: house.now() };
  const spending = (await readSpending(database, knex, [campaign.key])).get(campaign.key.toString('hex'));
  const currency = house.ruleSet().source.texts?.prices?.currency;
  const isWaiting = campaign.state === 'draft' || campaign.state === 'proposed';
  const hasLinks = campaign.source.campaign.links !== undefined;
  return {
    campaign,
    run,
    spending: spending as CampaignSpending,
    missing: isWaiting ? Math.max(0, (house.marketing?.approvals ?? 1) - campaign.approvedBy.length) : 0,
    clicks: hasLinks
      ? addClicks(stored.results.clicks ?? [], await countClicks(database, knex, campaign.key.toString('hex')))
      : [],
    ...(currency === undefined ? {} : { currency }),
  };
}

/** Newest first. */
export function findCampaigns(
  { vault: { database } }: House,
  page: { entity: string; limit: number; after?: { createdAt: number; name: string } },
): Promise<StoredCampaign[]> {
  return listCampaigns(database, database.knex, page);
}
