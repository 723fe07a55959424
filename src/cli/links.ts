/** `links create` and `links withdraw`: a link to a customer's page of choices, for a branch or a call centre. */
import type { Command } from 'commander';
import { linkAddress, makeLink, withdrawLinks } from '../flows/preference-links/make-link.js';
import { rfc3339 } from '../http/time.js';
import type { Cli } from './cli.js';
import { groupOf } from './group-of.js';
import { sheet } from './table.js';
import { misuse } from './usage.js';

export function addLinks(program: Command, cli: Cli): void {
  const links = groupOf(program, 'links', 'links to the page where a customer chooses their messages');
  links
    .command('create')
    .description('make a link; who has it can read and change the choices of this customer, once')
    .argument('<customer>', 'id of the customer')
    .option('--minutes <n>', 'how long it works', readMinutes)
    .action((customerId: string, { minutes }: { minutes?: number }) => create(cli, customerId, minutes));
  links
    .command('withdraw')
    .description('end every link of a customer that can still be used')
    .argument('<customer>', 'id of the customer')
    .action((customerId: string) => withdraw(cli, customerId));
}

async function create(cli: Cli, customerId: string, minutes: number | undefined): Promise<void> {
  const { entity } = cli.options();
  await cli.withHouse(async (house) => {
    const { token, endsAt } = await makeLink(house, { entity, customerId, minutes, actor: cli.actor() });
    const made = { url: linkAddress(house.publicUrl ?? '/v1', token), expiresAt: rfc3339(endsAt) };
    cli.show(made, () => sheet({ link: made.url, 'works until': made.expiresAt }));
    if (house.publicUrl === undefined) cli.note('Set http.publicUrl, so that links name the host.');
  });
}

async function withdraw(cli: Cli, customerId: string): Promise<void> {
  const { entity } = cli.options();
  await cli.withHouse(async (house) => {
    const withdrawn = await withdrawLinks(house, { entity, customerId, actor: cli.actor() });
    cli.show({ withdrawn }, () => `${withdrawn} links work no more.`);
  });
}

function readMinutes(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw misuse('--minutes must be a whole number');
  return Number(text);
}
