/**
 * A transaction detail (record 16): `type code, amount, funds type [...], bank reference, customer reference, text`. How
 * many fields the funds type brings depends on it.
 */
import { LedgerbellError } from '../../../src/contracts/errors.js';
import type { JsonObject } from '../../../src/contracts/json.js';
import type { Bai2Record } from './records.js';

/** @throws LedgerbellError `statement-malformed` */
export function transactionOf({ line, fields }: Bai2Record): JsonObject {
  const [typeCode = '', amount = '', fundsType = ''] = fields;
  const direction = directionOf(typeCode);
  if (direction === undefined) {
    throw new LedgerbellError(
      'statement-malformed',
      `Line ${line}: the type code of the transaction is not known to BAI2`,
    );
  }
  const { funds, taken } = fundsOf(fundsType, fields.slice(3), line);
  const [bankReference, customerReference, ...text] = fields.slice(3 + taken);
  return {
    typeCode,
    direction,
    amount: amount.trim(),
    ...filled({ fundsType, bankReference, customerReference, text: text.join(',') }),
    ...funds,
  };
}

/** By the ranges of the standard; 9xx are the bank's own and follow the same halves. `none`: no money moves. */
function directionOf(typeCode: string): 'credit' | 'debit' | 'none' | undefined {
  if (!/^\d{3}$/.test(typeCode)) return undefined;
  const code = Number(typeCode);
  if (code === 890) return 'none';
  if ((code >= 100 && code <= 399) || (code >= 920 && code <= 959)) return 'credit';
  if ((code >= 400 && code <= 699) || (code >= 960 && code <= 999)) return 'debit';
  // Loans: deposits and payments of one are told apart by the code alone.
  return LOAN_CREDITS.has(code) ? 'credit' : LOAN_DEBITS.has(code) ? 'debit' : undefined;
}

const LOAN_CREDITS: ReadonlySet<number> = new Set([720, 721, 722]);
const LOAN_DEBITS: ReadonlySet<number> = new Set([760]);

function fundsOf(type: string, rest: readonly string[], line: number): { funds: JsonObject; taken: number } {
  switch (type.trim().toUpperCase()) {
    case 'V':
      return { funds: filled({ valueDate: rest[0], valueTime: rest[1] }), taken: 2 };
    case 'S':
      return { funds: {}, taken: 3 };
    case 'D': {
      const count = Number(rest[0] ?? Number.NaN);
      if (!Number.isInteger(count) || count < 0) {
        throw new LedgerbellError('statement-malformed', `Line ${line}: funds of type D need their number`);
      }
      return { funds: {}, taken: 1 + 2 * count };
    }
    default:
      return { funds: {}, taken: 0 };
  }
}

function filled(fields: Readonly<Record<string, string | undefined>>): JsonObject {
  const stated = Object.entries(fields).flatMap(([name, value]) => (value?.trim() ? [[name, value.trim()]] : []));
  return Object.fromEntries(stated) as JsonObject;
}
