/** Campaigns as a person starts them, and as the replicas take them further. */
import type { CampaignSource } from '../../src/contracts/campaign.js';
import { LedgerbellError } from '../../src/contracts/errors.js';
import { campaignKey } from '../../src/core/campaign/campaign-ids.js';
import { startCampaign } from '../../src/flows/campaigns/change-state.js';
import { type Runner, runCampaigns } from '../../src/flows/campaigns/run-campaigns.js';
import { writeCampaign } from '../../src/flows/campaigns/write-campaign.js';
import type { House } from '../../src/flows/house.js';
import { readRun } from '../../src/store/campaign-runs.js';
import { offerText } from './expected-offers.js';
import type { Replica } from './replica.js';
import { CAMPAIGN_HOURS } from './world.js';

/** Steps that a replica takes before anything else has its turn. */
const STEPS = 20;

const runners = new WeakMap<House, Runner>();
let named = 0;

export async function beginCampaign(replica: Replica, name: string): Promise<void> {
  await replica.surely((house) => writeCampaign(house, { entity: 'default', source: sourceOf(name), actor: 'ann' }));
  await replica.surely((house) =>
    startCampaign(house, { entity: 'default', name, actor: 'ann' }).catch((error) => {
      // It was started by a process that died before it could say so.
      if (!(error instanceof LedgerbellError && error.code === 'campaign-state')) throw error;
    }),
  );
}

/** Returns whether everybody was gone through. */
export async function takeFurther(replica: Replica, name: string): Promise<boolean> {
  await replica.surely(async (house) => {
    const runner = runners.get(house) ?? { owner: `replica-${++named}`, counting: new Map() };
    runners.set(house, runner);
    for (let step = 0; step < STEPS && (await runCampaigns(house, runner)); step++);
  });
  const { database } = replica.home;
  const run = await readRun(database, database.knex, Buffer.from(campaignKey('default', name)));
  return run?.doneAt !== undefined;
}

function sourceOf(name: string): CampaignSource {
  return {
    campaign: {
      name,
      description: 'An offer of the month',
      topic: 'offer',
      segment: { all: [{ fact: 'customer', path: '$.status', operator: 'equal', value: 'active' }] },
      schedule: { weekdays: [1, 2, 3, 4, 5], hours: CAMPAIGN_HOURS },
      variants: [{ name: 'a', message: 'offer' }],
    },
    messages: { en: { offer: { text: offerText(name) } } },
  };
}
