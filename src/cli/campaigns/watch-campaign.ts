/** Follows a campaign that a service runs, until it no longer does. */
import { setTimeout as pause } from 'node:timers/promises';
import { readCampaign } from '../../flows/campaigns/read-campaign.js';
import type { House } from '../../flows/house.js';
import { countCustomers } from '../../store/campaign-customers.js';
import type { Cli } from '../cli.js';
import { countProgress } from './count-progress.js';

const LOOK = 1_000;

export async function watchCampaign(cli: Cli, house: House, of: { entity: string; name: string }): Promise<void> {
  const { database } = house.vault;
  const customers = await countCustomers(database, database.knex, of.entity);
  const progress = countProgress(cli.io, { quiet: cli.options().json === true, what: 'customers' });
  try {
    for (;;) {
      const { campaign, run } = await readCampaign(house, of);
      progress.show(run.tallies.seen, Math.max(customers, run.tallies.seen));
      if (campaign.state !== 'running') return;
      await pause(LOOK);
    }
  } finally {
    progress.stop();
  }
}
