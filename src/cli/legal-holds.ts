/** `legal-holds list`, `place` and `release`: customers of whom nothing may be purged or erased. */
import type { Command } from 'commander';
import { placeLegalHold, readLegalHolds, releaseLegalHold } from '../flows/legal-hold.js';
import { legalHoldView } from '../http/routes/legal-holds.js';
import { checkBody } from '../http/validate.js';
import type { Cli } from './cli.js';
import { groupOf } from './group-of.js';
import { shownTime, table } from './table.js';
import { LIMIT, readLimit } from './usage.js';

export function addLegalHolds(program: Command, cli: Cli): void {
  const holds = groupOf(program, 'legal-holds', 'customers of whom nothing may be purged or erased');
  holds
    .command('list')
    .description('legal holds in the order of customers’ ids')
    .option('--after <id>', 'the last customer of the page before')
    .option('--limit <n>', 'how many', readLimit, LIMIT)
    .action((page: { after?: string; limit: number }) => list(cli, page));
  holds
    .command('place')
    .description('place a hold, or give the one that is there another reason and reference')
    .argument('<customer>', 'id of the customer')
    .requiredOption('--reason <text>', 'for the audit; without personal data')
    .requiredOption('--reference <text>', 'the bank’s own name of the matter')
    .action((customerId: string, why: { reason: string; reference: string }) => place(cli, customerId, why));
  holds
    .command('release')
    .description('end a hold; an erasure that waited for it is carried out')
    .argument('<customer>', 'id of the customer')
    .action((customerId: string) => release(cli, customerId));
}

async function list(cli: Cli, page: { after?: string; limit: number }): Promise<void> {
  const { entity } = cli.options();
  await cli.withHouse(async (house) => {
    const found = await readLegalHolds(house, { entity, actor: cli.actor(), ...page });
    const rows = found.map((hold) => [
      hold.customerId,
      hold.reference,
      hold.reason,
      hold.placedBy,
      shownTime(hold.placedAt),
    ]);
    const items = found.map((hold) => legalHoldView({ hold }));
    cli.show({ items }, () => table(['customer', 'reference', 'reason', 'by', 'since'], rows, 'No legal holds.'));
  });
}

async function place(cli: Cli, customerId: string, why: { reason: string; reference: string }): Promise<void> {
  const { entity } = cli.options();
  checkBody('legal-hold', why);
  await cli.withHouse(async (house) => {
    const { created, ...held } = await placeLegalHold(house, { entity, customerId, ...why, actor: cli.actor() });
    const words = `${customerId} is under a legal hold: nothing of them is purged or erased.`;
    cli.show({ created, ...legalHoldView(held) }, () => (created ? words : `The hold on ${customerId} was changed.`));
  });
}

async function release(cli: Cli, customerId: string): Promise<void> {
  const { entity } = cli.options();
  await cli.withHouse(async (house) => {
    const answer = await releaseLegalHold(house, { entity, customerId, actor: cli.actor() });
    const { released, erased } = answer;
    const end = erased ? 'The hold ended, and the erasure that had waited was carried out.' : 'The hold ended.';
    cli.show(answer, () => (released ? end : `${customerId} was under no legal hold.`));
  });
}
