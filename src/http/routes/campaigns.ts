/** Campaigns: written, previewed, started by as many people as the bank asks for, and stopped by whoever watches. */
import type { CampaignSource } from '../../contracts/campaign.js';
import {
  type CampaignOrder,
  pauseCampaign,
  resumeCampaign,
  startCampaign,
  stopCampaign,
} from '../../flows/campaigns/change-state.js';
import { previewCampaign } from '../../flows/campaigns/preview.js';
import { findCampaigns, readCampaign, standingOf } from '../../flows/campaigns/read-campaign.js';
import { writeCampaign } from '../../flows/campaigns/write-campaign.js';
import type { House } from '../../flows/house.js';
import { campaignView, previewView, standingView } from '../campaign-view.js';
import { page } from '../cursor.js';
import type { Answer, Call, Route } from '../route.js';
import { pageOf } from './page-of.js';

/** Customers that one preview looks at unless told otherwise: a second or two. */
const USUAL_PART = 20_000;

export const campaignRoutes: readonly Route[] = [
  { method: 'get', path: '/campaigns', scope: 'campaigns:read', query: 'page', answer: list },
  { method: 'post', path: '/campaigns', scope: 'campaigns:write', query: 'entity', body: 'campaign', answer: write },
  { method: 'get', path: '/campaigns/{id}', scope: 'campaigns:read', query: 'entity', answer: show },
  {
    method: 'post',
    path: '/campaigns/{id}/preview',
    scope: 'campaigns:read',
    query: 'entity',
    body: 'campaign-preview',
    answer: preview,
  },
  order('start', 'campaigns:start', startCampaign),
  order('pause', 'campaigns:stop', pauseCampaign),
  order('resume', 'campaigns:start', resumeCampaign),
  order('stop', 'campaigns:stop', stopCampaign),
];

function order(
  verb: string,
  scope: 'campaigns:start' | 'campaigns:stop',
  flow: (house: House, order: CampaignOrder) => ReturnType<typeof startCampaign>,
): Route {
  const answer = async ({ house, entity, params, caller, body }: Call): Promise<Answer> => {
    const { reason } = body as { reason?: string };
    const asked = { entity, name: params.id ?? '', actor: caller.subject, ...(reason === undefined ? {} : { reason }) };
    return { body: standingView(await standingOf(house, await flow(house, asked))) };
  };
  return { method: 'post', path: `/campaigns/{id}/${verb}`, scope, query: 'entity', body: 'campaign-order', answer };
}

async function list(call: Call): Promise<Answer> {
  const { limit, after } = pageOf(call, ['number', 'string']);
  const campaigns = await findCampaigns(call.house, {
    entity: call.entity,
    limit,
    ...(after === undefined ? {} : { after: { createdAt: Number(after[0]), name: String(after[1]) } }),
  });
  const next = page(campaigns, limit, ({ createdAt, name }) => [createdAt, name]);
  return { body: { items: campaigns.map(campaignView), ...next } };
}

async function write({ house, entity, body, caller }: Call): Promise<Answer> {
  const source = body as CampaignSource;
  const { campaign, created, warnings } = await writeCampaign(house, { entity, source, actor: caller.subject });
  const told = warnings.map(({ part, place, code, message, fix }) => ({
    path: `/${[part, ...place].join('/')}`,
    code,
    message: `${message}. ${fix}`,
  }));
  return {
    status: created ? 201 : 200,
    body: { ...standingView(await standingOf(house, campaign)), warnings: told },
  };
}

async function show({ house, entity, params }: Call): Promise<Answer> {
  return { body: standingView(await readCampaign(house, { entity, name: params.id ?? '' })) };
}

async function preview({ house, entity, params, body }: Call): Promise<Answer> {
  const { after, customers = USUAL_PART } = body as { after?: string; customers?: number };
  const asked = { entity, name: params.id ?? '', most: customers, ...(after === undefined ? {} : { after }) };
  return { body: previewView(await previewCampaign(house, asked)) };
}
