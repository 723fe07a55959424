/** `customers instalments`: what a customer is known to owe, and what of it is paid. */
import type { Command } from 'commander';
import { readLoans } from '../flows/read-loans.js';
import type { Cli } from './cli.js';
import { groupOf } from './group-of.js';
import { table } from './table.js';

const HEAD = ['loan', 'instalment', 'due', 'kind', 'amount', 'paid', 'open', ''];

export function addCustomersInstalments(program: Command, cli: Cli): void {
  groupOf(program, 'customers', 'the people who are told')
    .command('instalments')
    .description('what a customer is known to owe, and what of it is paid')
    .argument('<id>')
    .action((id: string) => show(cli, id));
}

async function show(cli: Cli, id: string): Promise<void> {
  const { entity } = cli.options();
  await cli.withHouse(async (house) => {
    const items = await readLoans(house, { entity, id, actor: cli.actor() });
    const rows = items.flatMap(({ loanId, instalments }) =>
      instalments.map(({ instalmentId, dueDate, kind, amount, paid, open, currency }) => {
        return [loanId, instalmentId, dueDate, kind, amount, paid, open, currency];
      }),
    );
    cli.show({ items }, () => table(HEAD, rows, 'Nothing is due.'));
  });
}
