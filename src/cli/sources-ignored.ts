/** `sources ignored`: what platforms sent and mappings made nothing of, and why. */
import type { Command } from 'commander';
import { rfc3339 } from '../http/time.js';
import { listIgnored } from '../store/source-ignored.js';
import type { Cli } from './cli.js';
import { groupOf } from './group-of.js';
import { shownTime, table } from './table.js';

export function addSourcesIgnored(program: Command, cli: Cli): void {
  groupOf(program, 'sources', "platforms' own webhooks")
    .command('ignored')
    .description('what was ignored, by day and reason, newest first')
    .argument('[source]', 'its name in the configuration')
    .action((source?: string) => list(cli, source));
}

async function list(cli: Cli, source?: string): Promise<void> {
  await cli.withHouse(async ({ vault: { database } }) => {
    const counts = await listIgnored(database, database.knex, source);
    const items = counts.map(({ lastAt, ...count }) => ({ ...count, lastAt: rfc3339(lastAt) }));
    const rows = counts.map((one) => [one.day, one.source, one.reason, one.count, shownTime(one.lastAt)]);
    cli.show({ items }, () => table(['day', 'source', 'reason', 'how often', 'last'], rows, 'Nothing was ignored.'));
  });
}
