/** `campaigns ...`: written from a folder, looked at, previewed, and started, paused, resumed or stopped. */
import type { Command } from 'commander';
import {
  type CampaignOrder,
  pauseCampaign,
  resumeCampaign,
  startCampaign,
  stopCampaign,
} from '../flows/campaigns/change-state.js';
import { addPreviews, type CampaignPreview, previewCampaign } from '../flows/campaigns/preview.js';
import { findCampaigns, readCampaign, standingOf } from '../flows/campaigns/read-campaign.js';
import { writeCampaign } from '../flows/campaigns/write-campaign.js';
import type { House } from '../flows/house.js';
import { campaignView, previewView, standingView } from '../http/campaign-view.js';
import { readCampaignFolder } from './campaigns/campaign-folder.js';
import { previewWords, standingWords } from './campaigns/campaign-words.js';
import { countProgress } from './campaigns/count-progress.js';
import { watchCampaign } from './campaigns/watch-campaign.js';
import type { Cli } from './cli.js';
import { groupOf } from './group-of.js';
import { shownTime, table } from './table.js';
import { LIMIT, readLimit } from './usage.js';

export function addCampaigns(program: Command, cli: Cli): void {
  const campaigns = groupOf(program, 'campaigns', 'one text to many customers who agreed to get such texts');
  campaigns
    .command('create')
    .description('check a folder with campaign.json and messages.json, and write the campaign down')
    .argument('<folder>')
    .action((folder: string) => create(cli, folder));
  campaigns
    .command('list')
    .description('campaigns, newest first')
    .option('--limit <n>', 'how many', readLimit, LIMIT)
    .action(({ limit }: { limit: number }) => list(cli, limit));
  campaigns
    .command('show')
    .description('how a campaign stands')
    .argument('<name>')
    .option('--watch', 'stay until it ends, and show how far it is')
    .action((name: string, { watch }: { watch?: boolean }) => show(cli, name, watch === true));
  campaigns
    .command('preview')
    .description('who would be told, who not and why, and what it would cost; sends nothing')
    .argument('<name>')
    .action((name: string) => preview(cli, name));
  addOrder(campaigns, cli, 'start', 'ask to start it; in production a second person has to as well', startCampaign);
  addOrder(campaigns, cli, 'pause', 'hold back what has not left', pauseCampaign);
  addOrder(campaigns, cli, 'resume', 'go on where it was', resumeCampaign);
  addOrder(campaigns, cli, 'stop', 'for good: what has not left is taken back', stopCampaign);
}

function addOrder(
  campaigns: Command,
  cli: Cli,
  verb: string,
  description: string,
  flow: (house: House, order: CampaignOrder) => ReturnType<typeof startCampaign>,
): void {
  campaigns
    .command(verb)
    .description(description)
    .argument('<name>')
    .option('--reason <text>', 'for the audit')
    .option('--by <name>', 'who (default: your user name)')
    .action((name: string, { reason, by = cli.actor() }: { reason?: string; by?: string }) =>
      cli.withHouse(async (house) => {
        const order = { entity: cli.options().entity, name, actor: by, ...(reason === undefined ? {} : { reason }) };
        const standing = await standingOf(house, await flow(house, order));
        cli.show(standingView(standing), () => {
          const { state } = standing.campaign;
          if (state !== 'proposed') return `The campaign ${name} is ${state}.`;
          const people = standing.missing === 1 ? 'person' : 'people';
          return `The campaign ${name} waits for ${standing.missing} more ${people}: ledgerbell campaigns start ${name}`;
        });
      }),
    );
}

async function create(cli: Cli, folder: string): Promise<void> {
  const source = readCampaignFolder(cli.io.cwd, folder);
  await cli.withHouse(async (house) => {
    const { entity } = cli.options();
    const { campaign, created, warnings } = await writeCampaign(house, { entity, source, actor: cli.actor() });
    for (const { part, place, message, fix } of warnings) {
      cli.note(`warning: ${part}.json ${place.join('.')}: ${message}. ${fix}`);
    }
    const word = created ? 'written down' : 'as it was written';
    cli.show(standingView(await standingOf(house, campaign)), () => `The campaign ${campaign.name} is ${word}.`);
  });
}

async function list(cli: Cli, limit: number): Promise<void> {
  await cli.withHouse(async (house) => {
    const found = await findCampaigns(house, { entity: cli.options().entity, limit });
    const rows = found.map(({ name, state, reason, createdAt, startedAt, endedAt, approvedBy }) => [
      name,
      state,
      reason,
      shownTime(createdAt),
      shownTime(startedAt),
      shownTime(endedAt),
      approvedBy.join(' '),
    ]);
    const head = ['campaign', 'state', 'why', 'written', 'started', 'ended', 'started by'];
    cli.show({ items: found.map(campaignView) }, () => table(head, rows, 'No campaigns.'));
  });
}

async function show(cli: Cli, name: string, watch: boolean): Promise<void> {
  await cli.withHouse(async (house) => {
    const of = { entity: cli.options().entity, name };
    if (watch) await watchCampaign(cli, house, of);
    const standing = await readCampaign(house, of);
    cli.show(standingView(standing), () => standingWords(standing));
  });
}

/** Customers of one part: the bar moves, and nothing but sums is kept. */
const PART = 5_000;

async function preview(cli: Cli, name: string): Promise<void> {
  await cli.withHouse(async (house) => {
    const progress = countProgress(cli.io, { quiet: cli.options().json === true, what: 'customers' });
    try {
      let whole: CampaignPreview | undefined;
      do {
        const after = whole?.next === undefined ? {} : { after: whole.next };
        const part = await previewCampaign(house, { entity: cli.options().entity, name, most: PART, ...after });
        whole = whole === undefined ? part : addPreviews(whole, part);
        progress.show(whole.tallies.seen, whole.customers);
      } while (whole.next !== undefined);
      progress.stop();
      const found = whole;
      cli.show(previewView(found), () => previewWords(found));
    } finally {
      progress.stop();
    }
  });
}
