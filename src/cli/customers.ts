/** `customers list`, `get`, `put`, `instalments`, `export` and `erase`. What is read of a person is audited, as over HTTP. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { CustomerDocument } from '../contracts/customer.js';
import { maskPhone } from '../core/phone.js';
import { changeCustomer } from '../flows/change-customer.js';
import { eraseCustomer } from '../flows/erase-customer.js';
import { exportCustomer } from '../flows/export-customer.js';
import { readCustomer, readCustomers } from '../flows/read-registry.js';
import { customerView, exportView } from '../http/customer-view.js';
import { checkBody } from '../http/validate.js';
import type { Cli } from './cli.js';
import { addCustomersInstalments } from './customers-instalments.js';
import { groupOf } from './group-of.js';
import { sheet, table } from './table.js';
import { LIMIT, misuse, readLimit } from './usage.js';

export function addCustomers(program: Command, cli: Cli): void {
  const customers = groupOf(program, 'customers', 'the people who are told');
  customers
    .command('list')
    .description('customers in the order of their ids')
    .option('--after <id>', 'the last id of the page before')
    .option('--limit <n>', 'how many', readLimit, LIMIT)
    .action((page: { after?: string; limit: number }) => list(cli, page));
  customers
    .command('get')
    .description('one customer')
    .argument('<id>')
    .action((id: string) => get(cli, id));
  customers
    .command('put')
    .description('register a customer, or replace the whole document')
    .argument('<id>')
    .argument('[file]', 'JSON as of PUT /v1/customers/{id}; standard input where absent')
    .action((id: string, file?: string) => put(cli, id, file));
  addCustomersInstalments(program, cli);
  customers
    .command('export')
    .description('everything that is known of a customer, as JSON')
    .argument('<id>')
    .action((id: string) => exportOne(cli, id));
  customers
    .command('erase')
    .description('erase a customer for good: their keys are destroyed')
    .argument('<id>')
    .option('--yes', 'really')
    .action((id: string, { yes }: { yes?: boolean }) => erase(cli, id, yes));
}

async function list(cli: Cli, page: { after?: string; limit: number }): Promise<void> {
  const { entity } = cli.options();
  await cli.withHouse(async (house) => {
    const found = await readCustomers(house, { ...page, entity, actor: cli.actor() });
    const rows = found.map(({ customerId, document: { phone, name, locale, timeZone, status } }) => {
      return [customerId, name, phone && maskPhone(phone), locale, timeZone, status];
    });
    const head = ['id', 'name', 'phone', 'locale', 'time zone', 'status'];
    cli.show({ items: found.map((one) => customerView(entity, one)) }, () => table(head, rows, 'No customers.'));
  });
}

async function get(cli: Cli, id: string): Promise<void> {
  const { entity } = cli.options();
  await cli.withHouse(async (house) => {
    const customer = await readCustomer(house, { entity, id, actor: cli.actor() });
    const view = customerView(entity, customer);
    const { home, aliases, ...facts } = view;
    cli.show(view, () =>
      sheet({ ...facts, home: home && JSON.stringify(home), aliases: aliases && JSON.stringify(aliases) }),
    );
  });
}

async function put(cli: Cli, customerId: string, file: string | undefined): Promise<void> {
  const { entity } = cli.options();
  const document = readDocument(cli, file);
  checkBody('customer', document);
  await cli.withHouse(async (house) => {
    const change = { entity, customerId, document: document as CustomerDocument, actor: cli.actor() };
    const { created, phoneChanged, customer } = await changeCustomer(house, change);
    cli.show({ created, phoneChanged, customer: customerView(entity, customer) }, () =>
      created ? `Registered ${customerId}.` : `${customerId} is at version ${customer.version}.`,
    );
  });
}

/** Nothing of it is repeated in an error. */
function readDocument({ io }: Cli, file: string | undefined): unknown {
  try {
    return JSON.parse(file === undefined ? io.input() : readFileSync(resolve(io.cwd, file), 'utf8'));
  } catch (error) {
    const isSyntax = error instanceof SyntaxError;
    throw misuse(`${file ?? 'Standard input'} ${isSyntax ? 'is no JSON' : 'cannot be read'}`);
  }
}

async function exportOne(cli: Cli, customerId: string): Promise<void> {
  const { entity } = cli.options();
  await cli.withHouse(async (house) => {
    const found = await exportCustomer(house, { entity, customerId, actor: cli.actor() });
    const view = exportView(entity, found, house.now());
    cli.show(view, () => JSON.stringify(view, null, 2));
  });
}

async function erase(cli: Cli, customerId: string, yes: boolean | undefined): Promise<void> {
  if (!yes) throw misuse('Erasing cannot be undone: say --yes');
  const { entity } = cli.options();
  await cli.withHouse(async (house) => {
    const erasure = await eraseCustomer(house, { entity, customerId, actor: cli.actor() });
    const { changed, accounts, cancelled } = erasure;
    const words = `Erased, with ${accounts} accounts of theirs alone; ${cancelled} alerts will not be sent.`;
    cli.show(erasure, () => (changed ? words : 'Was erased before.'));
  });
}
