/** `adapters addresses`: where each provider is to call back. */
import type { Command } from 'commander';
import { LedgerbellError } from '../contracts/errors.js';
import { callbackAddresses } from '../flows/receipt-address.js';
import type { Cli } from './cli.js';
import { groupOf } from './group-of.js';
import { cellText } from './table.js';

export function addAdapters(program: Command, cli: Cli): void {
  groupOf(program, 'adapters', 'the SMS providers of the configuration')
    .command('addresses')
    .description('the addresses to enter at each provider for receipts and for messages; they are secret')
    .action(() => addresses(cli));
}

async function addresses(cli: Cli): Promise<void> {
  await cli.withHouse(async (house) => {
    if (house.publicUrl === undefined) {
      throw new LedgerbellError('public-url-missing', 'Providers cannot call back: configure http.publicUrl first', {
        path: 'http.publicUrl',
      });
    }
    const items = callbackAddresses(house, house.publicUrl);
    cli.show({ items }, () =>
      items
        .flatMap(({ adapter, receipts, inbound }) => [
          cellText(adapter),
          `  receipts  ${receipts ?? 'none: this adapter reads no receipts'}`,
          `  messages  ${inbound ?? 'none: this adapter reads no messages'}`,
        ])
        .join('\n'),
    );
    cli.note('Whoever knows such an address can speak as the provider: treat it like a password.');
  });
}
