/** `webhooks list` and `webhooks redrive`: what the bank was told, and another try for what it did not take. */
import { type Command, Option } from 'commander';
import { readWebhooks, redriveWebhooks, type WebhookStatus } from '../flows/webhooks/redrive.js';
import { webhookView } from '../http/webhook-view.js';
import type { Cli } from './cli.js';
import { groupOf } from './group-of.js';
import { shownTime, table } from './table.js';
import { LIMIT, misuse, readLimit } from './usage.js';

export function addWebhooks(program: Command, cli: Cli): void {
  const webhooks = groupOf(program, 'webhooks', 'what the bank was told by signed webhook');
  webhooks
    .command('list')
    .description('webhooks to the bank, newest first')
    .addOption(new Option('--status <status>').choices(['pending', 'delivered', 'dead']))
    .option('--limit <n>', 'how many', readLimit, LIMIT)
    .action((filter: { status?: WebhookStatus; limit: number }) => list(cli, filter));
  webhooks
    .command('redrive')
    .description('send again what was given up')
    .argument('[id]')
    .option('--all', 'all that were given up')
    .action((id: string | undefined, { all }: { all?: boolean }) => redrive(cli, id, all === true));
}

async function list(cli: Cli, filter: { status?: WebhookStatus; limit: number }): Promise<void> {
  await cli.withHouse(async (house) => {
    const found = await readWebhooks(house, filter);
    const rows = found.map(({ webhookId, createdAt, type, endpoint, status, attempts, code }) => {
      return [webhookId, shownTime(createdAt), type, endpoint, status, attempts, code];
    });
    const head = ['id', 'made', 'type', 'endpoint', 'status', 'attempts', 'why'];
    cli.show({ items: found.map(webhookView) }, () => table(head, rows, 'No webhooks.'));
  });
}

async function redrive(cli: Cli, id: string | undefined, all: boolean): Promise<void> {
  if ((id === undefined) !== all) throw misuse('Name one webhook, or say --all');
  await cli.withHouse(async (house) => {
    const redriven = await redriveWebhooks(house, { webhookId: id, actor: cli.actor() });
    cli.show({ redriven }, () => `${redriven} webhooks are sent again.`);
  });
}
