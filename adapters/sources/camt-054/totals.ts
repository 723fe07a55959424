/** What a notification says of its entries in `TxsSummry`, against what it holds. Sums are exact, as integers. */
import { LedgerbellError } from '../../../src/contracts/errors.js';
import type { Json, JsonObject } from '../../../src/contracts/json.js';

/** ISO 20022 amounts have up to five decimals, and sums up to seventeen. */
const DECIMALS = 17;
const AMOUNT = /^(\d{1,18})(?:\.(\d{1,17}))?$/;

export interface Totals {
  /** @throws LedgerbellError `statement-malformed` where the entry has no amount */
  add(entry: JsonObject, line: number): void;
  state(summary: JsonObject): void;
  /** @throws LedgerbellError `statement-totals` */
  check(line: number): void;
}

export function createTotals(): Totals {
  let count = 0;
  let sum = 0n;
  let stated: { count?: string; sum?: string } = {};
  return {
    add(entry, line) {
      count += 1;
      const amount = unitsOf(textOf(entry.Amt));
      if (amount === undefined) {
        throw new LedgerbellError('statement-malformed', `Line ${line}: the entry has no amount (Amt)`);
      }
      sum += amount;
    },
    state(summary) {
      const all = summary.TtlNtries as JsonObject | undefined;
      stated = { count: textOf(all?.NbOfNtries), sum: textOf(all?.Sum) };
    },
    check(line) {
      if (stated.count !== undefined && Number(stated.count) !== count) throw differs(line, 'number of entries');
      if (stated.sum !== undefined && unitsOf(stated.sum) !== sum) throw differs(line, 'sum of the entries');
    },
  };
}

function differs(line: number, what: string): LedgerbellError {
  const message = `Line ${line}: the ${what} is not what the notification states (TxsSummry); ask for the file again`;
  return new LedgerbellError('statement-totals', message);
}

function textOf(value: Json | undefined): string | undefined {
  if (typeof value === 'string') return value;
  const inner = typeof value === 'object' && value !== null && !Array.isArray(value) ? value.value : undefined;
  return typeof inner === 'string' ? inner : undefined;
}

function unitsOf(text: string | undefined): bigint | undefined {
  const match = text === undefined ? null : AMOUNT.exec(text);
  return match === null ? undefined : BigInt(`${match[1]}${(match[2] ?? '').padEnd(DECIMALS, '0')}`);
}
