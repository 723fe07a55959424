/** Campaigns as they are answered: what one says, how it stands, and what a preview found. Money is a decimal text. */
import { decimalOf } from '../core/campaign/spending.js';
import type { Tallies } from '../core/campaign/tallies.js';
import type { CampaignPreview } from '../flows/campaigns/preview.js';
import type { CampaignStanding, StoredCampaign } from '../flows/campaigns/read-campaign.js';
import { optionalTime, rfc3339 } from './time.js';

export function campaignView(campaign: StoredCampaign) {
  const { name, entity, version, state, reason, createdBy, approvedBy, source } = campaign;
  return {
    id: name,
    entity,
    version,
    state,
    reason,
    description: source.campaign.description,
    topic: source.campaign.topic,
    createdBy,
    createdAt: rfc3339(campaign.createdAt),
    startedBy: approvedBy,
    startedAt: optionalTime(campaign.startedAt),
    endedAt: optionalTime(campaign.endedAt),
  };
}

export function standingView({ campaign, run, spending, missing, clicks, currency }: CampaignStanding) {
  const { campaign: document, messages } = campaign.source;
  const hasBegun = campaign.startedAt !== undefined;
  return {
    ...campaignView(campaign),
    ...(missing > 0 ? { missing } : {}),
    campaign: document,
    messages,
    progress: {
      ...talliesView(run.tallies, currency),
      complete: run.doneAt !== undefined,
    },
    spent: { messages: spending.messages, ...moneyView(spending.cost, currency) },
    ...(hasBegun
      ? {
          results: {
            variants: run.results.variants ?? {},
            countedAt: rfc3339(run.countedAt),
          },
        }
      : {}),
    ...(clicks.length === 0 ? {} : { clicks }),
  };
}

export function previewView({ tallies, samples, customers, next, currency }: CampaignPreview) {
  return {
    customers,
    ...talliesView(tallies, currency),
    samples,
    complete: next === undefined,
    ...(next === undefined ? {} : { next }),
  };
}

function talliesView(tallies: Tallies, currency: string | undefined) {
  const { seen, matched, messages, parts, cost, skipped, locales, variants } = tallies;
  return { seen, matched, messages, parts, ...moneyView(cost, currency), skipped, locales, variants };
}

function moneyView(millionths: number, currency: string | undefined) {
  return currency === undefined ? {} : { cost: { amount: decimalOf(millionths), currency } };
}
