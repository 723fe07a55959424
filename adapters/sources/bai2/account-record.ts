/** An account identifier (record 03): the account, its currency, and amounts in fours: type code, amount, items, funds type. */
import { LedgerbellError } from '../../../src/contracts/errors.js';
import { minorUnits } from './amount.js';
import type { Bai2Record } from './records.js';

export interface AccountRecord {
  number: string;
  currency?: string;
  /** Of all its amounts: part of the account's control total. */
  sum: bigint;
}

/** @throws LedgerbellError `statement-malformed` */
export function accountOf({ line, fields }: Bai2Record): AccountRecord {
  const [number = '', currency = '', ...rest] = fields.map((field) => field.trim());
  if (number === '') throw new LedgerbellError('statement-malformed', `Line ${line}: the account has no number`);
  let sum = 0n;
  for (let at = 0; at < rest.length; at += 4 + extra(rest, at + 3)) {
    const amount = minorUnits(rest[at + 1]);
    if (amount === undefined) {
      throw new LedgerbellError('statement-malformed', `Line ${line}: an amount of the account is no whole number`);
    }
    sum += amount;
  }
  return { number, sum, ...(currency === '' ? {} : { currency }) };
}

/** Fields that the funds type at this place brings with it. */
function extra(fields: readonly string[], at: number): number {
  const type = fields[at]?.toUpperCase();
  if (type === 'V') return 2;
  if (type === 'S') return 3;
  return type === 'D' ? 1 + 2 * Math.max(0, Number.parseInt(fields[at + 1] ?? '', 10) || 0) : 0;
}
