/** The demo's sample: real, anonymised transactions of 300 accounts, moved so that the last one happens now. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { LedgerbellError } from '../../contracts/errors.js';
import type { CloudEvent } from '../../contracts/event.js';

export interface SampleCustomer {
  customerId: string;
  accountId: string;
  phone: string;
}

export interface Sample {
  customers: SampleCustomer[];
  /** In posting order, as CloudEvents with moved times. */
  events: CloudEvent[];
}

interface Row {
  id: string;
  accountId: string;
  occurredAt: string;
  direction: string;
  operation: string;
  amount: string;
  currency: string;
  balanceAfter: string;
  category?: string;
}

/** What the bank of the sample calls its operations, in the words of our rules. */
const KINDS: Readonly<Record<string, string>> = {
  cash_withdrawal: 'cash-withdrawal',
  card_withdrawal: 'card',
  cash_deposit: 'cash-deposit',
  transfer_in: 'transfer',
  transfer_out: 'transfer',
};
const BANK_MADE: Readonly<Record<string, string>> = {
  interest: 'interest',
  statement_fee: 'fee',
  sanction_interest: 'fee',
};

/** @throws LedgerbellError `sample-missing` where the package was installed without it */
export function readSample(packageFolder: string, now: number): Sample {
  const folder = join(packageFolder, 'examples', 'data');
  try {
    const customers = lines<SampleCustomer>(readFileSync(join(folder, 'berka-customers.jsonl')));
    const rows = lines<Row>(gunzipSync(readFileSync(join(folder, 'berka-slice.jsonl.gz'))));
    const moved = now - Date.parse(rows.at(-1)?.occurredAt ?? '');
    return { customers, events: rows.map((row) => eventOf(row, moved)) };
  } catch (cause) {
    throw new LedgerbellError(
      'sample-missing',
      'The sample data is only in the repository, not in the installed package',
      {
        cause,
      },
    );
  }
}

function lines<T>(text: Buffer): T[] {
  return text
    .toString('utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as T);
}

function eventOf(row: Row, moved: number): CloudEvent {
  const { id, accountId, direction, amount, currency, balanceAfter, category } = row;
  const kind = BANK_MADE[category ?? ''] ?? KINDS[row.operation] ?? 'internal';
  return {
    specversion: '1.0',
    id,
    source: 'core',
    type: 'transaction.posted',
    time: new Date(Date.parse(row.occurredAt) + moved).toISOString(),
    data: {
      accountId,
      direction,
      amount,
      currency,
      kind,
      balanceAfter,
      ...(category === undefined ? {} : { category }),
    },
  };
}
