/** `sources list` and `sources test`: which mappings there are, and whether their examples hold. Neither needs a database. */
import type { Command } from 'commander';
import { renderSourcesTest, testSources } from '../flows/sources/test-sources.js';
import { loadMapping, SHIPPED_MAPPINGS } from '../registry/sources.js';
import type { Cli } from './cli.js';
import { groupOf } from './group-of.js';
import { table } from './table.js';

export function addSources(program: Command, cli: Cli): void {
  const sources = groupOf(program, 'sources', "platforms' own webhooks");
  sources
    .command('list')
    .description('the mappings that are shipped')
    .action(() => list(cli));
  sources
    .command('test')
    .description("run every mapping's examples")
    .argument('[mappings...]', 'names, or folders of your own starting with ./ (default: all that are shipped)')
    .action((mappings: string[]) => test(cli, mappings));
}

function list(cli: Cli): void {
  const items = SHIPPED_MAPPINGS.map((name) => {
    const { title, description, parameters = {} } = loadMapping(name, cli.io.cwd).mapping.document;
    return { name, title, description, parameters: Object.keys(parameters) };
  });
  cli.show({ items }, () =>
    table(
      ['name', 'platform', 'parameters'],
      items.map(({ name, title, parameters }) => [name, title, parameters.join(', ')]),
      '',
    ),
  );
}

function test(cli: Cli, mappings: string[]): void {
  const found = testSources(mappings.length > 0 ? mappings : SHIPPED_MAPPINGS, cli.io.cwd);
  if (found.problems.length > 0 || found.results.some(({ passed }) => !passed)) cli.problem();
  cli.show(found, () => renderSourcesTest(found));
}
