/**
 * Money as integer minor units (safe integers) inside and decimal text at the edges; never a float.
 *
 * Only text is read: a JSON number has already been through a float before anybody could object.
 */
import currencyCodes from 'currency-codes';
import { LedgerbellError } from '../../contracts/errors.js';
import type { Money } from '../../contracts/event.js';

/** Units of each currency for one unit of `base`, as decimal text: `{ "base": "EUR", "USD": "1.08" }`. */
export type Rates = { base: string; [currency: string]: string };

/** Metals, bond units, test and "no currency": ISO 4217 gives them no minor unit, and nought would be a guess. */
const WITHOUT_MINOR_UNIT = new Set(
  ['XAG', 'XAU', 'XBA', 'XBB', 'XBC', 'XBD', 'XDR', 'XPD', 'XPT', 'XSU', 'XTS', 'XUA', 'XXX'], //
);
/** In ISO 4217 since 2025, and not yet in the library's list. */
const ADDED: [code: string, digits: number][] = [['XCG', 2]];

const exponents = new Map<string, number>([
  ...currencyCodes.data
    .filter(({ code }) => !WITHOUT_MINOR_UNIT.has(code))
    .map(({ code, digits }): [string, number] => [code, digits]),
  ...ADDED,
]);

/** Decimals of an ISO 4217 currency (upper-case code), or undefined where there is no such currency. */
export function currencyExponent(code: string): number | undefined {
  return exponents.get(code);
}

/**
 * Reads decimal text such as `"1000.00"`. It may have fewer decimals than the currency, never more, not even noughts.
 *
 * Throws `currency-unknown`, `amount-malformed`, `amount-decimals` or `amount-too-large`; no message holds the amount.
 */
export function parseAmount(text: unknown, currency: string, options: { negative?: boolean } = {}): Money {
  const exponent = requireExponent(currency);
  if (typeof text !== 'string') throw malformed();
  const negative = options.negative === true && text.charCodeAt(0) === MINUS;
  const minor = readMinor(text, negative ? 1 : 0, exponent);
  if (minor > Number.MAX_SAFE_INTEGER) {
    throw new LedgerbellError('amount-too-large', 'The amount is larger than can be held exactly.');
  }
  if (negative && minor === 0) throw malformed();
  return { minor: negative ? -minor : minor, currency };
}

/** The exact decimal text of an amount, with all decimals of its currency: `-0.05`, `1000.00`, `7` (JPY). */
export function formatMinor(money: Money): string {
  const exponent = requireExponent(money.currency);
  if (!Number.isSafeInteger(money.minor)) {
    throw new LedgerbellError('amount-too-large', 'The amount is not an exact number of minor units.');
  }
  if (exponent === 0) return String(money.minor + 0);
  const digits = String(Math.abs(money.minor)).padStart(exponent + 1, '0');
  const point = digits.length - exponent;
  return `${money.minor < 0 ? '-' : ''}${digits.slice(0, point)}.${digits.slice(point)}`;
}

const ZERO = 48;
const NINE = 57;
const POINT = 46;
const MINUS = 45;

/**
 * One pass over the characters, as every event comes through here. A sum beyond 2^53 may be rounded, but rounding
 * never brings it back below 2^53, so the caller's comparison with the largest safe integer is exact.
 */
function readMinor(text: string, start: number, exponent: number): number {
  let minor = 0;
  let point = -1;
  for (let index = start; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code >= ZERO && code <= NINE) minor = minor * 10 + (code - ZERO);
    else if (code === POINT && point === -1) point = index;
    else throw malformed();
  }
  const wholeDigits = (point === -1 ? text.length : point) - start;
  const decimals = point === -1 ? 0 : text.length - point - 1;
  const leadingNought = wholeDigits > 1 && text.charCodeAt(start) === ZERO;
  if (wholeDigits === 0 || leadingNought || (point !== -1 && decimals === 0)) throw malformed();
  if (decimals > exponent) {
    throw new LedgerbellError('amount-decimals', `The amount has more decimals than the currency has (${exponent}).`);
  }
  for (let missing = exponent - decimals; missing > 0; missing -= 1) minor *= 10;
  return minor;
}

function requireExponent(currency: string): number {
  const exponent = exponents.get(currency);
  if (exponent === undefined) {
    throw new LedgerbellError('currency-unknown', 'The currency is not an ISO 4217 code such as "EUR".');
  }
  return exponent;
}

function malformed(): LedgerbellError {
  return new LedgerbellError('amount-malformed', 'The amount is not plain decimal text such as "1000.00".');
}
