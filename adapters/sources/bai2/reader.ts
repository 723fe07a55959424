/**
 * Reads BAI2 (Cash Management Balance Reporting, version 2): one record a transaction detail. A record is
 * `{ file, group, account, entry, index }`: amounts are whole numbers in the currency's smallest unit, dates as the file has
 * them (YYMMDD), `index` the place of the entry in its account from 0.
 */
import { LedgerbellError } from '../../../src/contracts/errors.js';
import type { JsonObject } from '../../../src/contracts/json.js';
import type { StatementEntry, StatementReader } from '../../../src/contracts/statement.js';
import { accountOf } from './account-record.js';
import { minorUnits } from './amount.js';
import { linesOf } from './lines.js';
import { type Bai2Record, recordsOf } from './records.js';
import { createTotals } from './totals.js';
import { transactionOf } from './transaction.js';

export const bai2: StatementReader = { name: 'bai2', read };

/** Which records may follow a record: a file of groups, a group of accounts, an account of transactions. */
const FOLLOWERS: Readonly<Record<string, readonly string[]>> = {
  start: ['01'],
  '01': ['02', '99'],
  '02': ['03', '98'],
  '03': ['16', '49'],
  '16': ['16', '49'],
  '49': ['03', '98'],
  '98': ['02', '99'],
  '99': [],
};

async function* read(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<StatementEntry> {
  const totals = createTotals();
  let before = 'start';
  let file: JsonObject = {};
  let group: JsonObject = {};
  let account: JsonObject = {};
  let index = 0;
  for await (const record of recordsOf(linesOf(chunks))) {
    expect(record, before);
    before = record.code;
    totals.count(record);
    switch (record.code) {
      case '01':
        file = named(record, ['sender', 'receiver', 'date', 'time', 'id']);
        break;
      case '02':
        group = named(record, ['receiver', 'originator', 'status', 'date', 'time', 'currency', 'modifier']);
        break;
      case '03': {
        const { number, currency, sum } = accountOf(record);
        account = { number, ...(currency === undefined ? {} : { currency }) };
        totals.add(sum);
        index = 0;
        break;
      }
      case '16': {
        totals.add(amountOf(record));
        yield { line: record.line, record: { file, group, account, entry: transactionOf(record), index } };
        index += 1;
        break;
      }
      default:
        totals.close(record);
    }
  }
  if (before !== '99') throw new LedgerbellError('statement-incomplete', 'The file ends without its trailer (99)');
}

function expect({ line, code }: Bai2Record, before: string): void {
  const expected = FOLLOWERS[before] ?? [];
  if (expected.includes(code)) return;
  if (before === 'start')
    throw new LedgerbellError('statement-kind', `Line ${line}: this is no BAI2 file: it begins with 01`);
  const message = `Line ${line}: record ${code} cannot follow ${before}; expected is ${expected.join(' or ') || 'the end'}`;
  throw new LedgerbellError('statement-malformed', message);
}

function named({ fields }: Bai2Record, names: readonly string[]): JsonObject {
  const stated = names.flatMap((name, at) => (fields[at]?.trim() ? [[name, fields[at]?.trim()]] : []));
  return Object.fromEntries(stated) as JsonObject;
}

function amountOf({ line, fields }: Bai2Record): bigint {
  const amount = minorUnits(fields[1]);
  if (amount !== undefined) return amount;
  throw new LedgerbellError('statement-malformed', `Line ${line}: the amount is no whole number`);
}
