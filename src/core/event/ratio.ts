/** Exact rational numbers: what sums, means, factors and exchange rates are compared with, never rounded. */
import { LedgerbellError } from '../../contracts/errors.js';
import type { Money } from '../../contracts/event.js';
import { currencyExponent, type Rates } from './money.js';

/** `num / den`, with `den > 0`; not necessarily in lowest terms. */
export interface Ratio {
  num: bigint;
  den: bigint;
}

/** Longer text is no number anybody meant, and reading digits costs more than their count. */
const LONGEST_TEXT = 1000;
const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d{1,3}))?$/;

/**
 * An exact number. A JavaScript number means the decimal it prints as, so 0.1 is one tenth, as the analyst wrote it.
 * Throws `number-malformed`.
 */
export function ratio(value: bigint | number | string): Ratio {
  if (typeof value === 'bigint') return { num: value, den: 1n };
  if (typeof value === 'number' && Number.isSafeInteger(value)) return { num: BigInt(value), den: 1n };
  const text = String(value);
  const match = text.length <= LONGEST_TEXT ? DECIMAL.exec(text) : null;
  if (!match) throw new LedgerbellError('number-malformed', 'This is not a decimal number such as "1.5".');
  const [, sign = '', whole = '', decimals = '', exponent = '0'] = match;
  const shift = Number(exponent) - decimals.length;
  const digits = BigInt(sign + whole + decimals);
  return shift >= 0 ? { num: digits * 10n ** BigInt(shift), den: 1n } : { num: digits, den: 10n ** BigInt(-shift) };
}

/** `num / den` of two integers, whatever their signs; throws `number-malformed` where `den` is nought. */
export function ratioOf(num: bigint | number, den: bigint | number): Ratio {
  const below = BigInt(den);
  if (below === 0n) throw new LedgerbellError('number-malformed', 'A ratio cannot have a denominator of nought.');
  return below > 0n ? { num: BigInt(num), den: below } : { num: -BigInt(num), den: -below };
}

export function add(a: Ratio, b: Ratio): Ratio {
  if (a.den === b.den) return { num: a.num + b.num, den: a.den };
  return { num: a.num * b.den + b.num * a.den, den: a.den * b.den };
}

export function multiply(a: Ratio, b: Ratio): Ratio {
  return { num: a.num * b.num, den: a.den * b.den };
}

export function compareRatios(a: Ratio, b: Ratio): -1 | 0 | 1 {
  const left = a.den === b.den ? a.num : a.num * b.den;
  const right = a.den === b.den ? b.num : b.num * a.den;
  return left < right ? -1 : left > right ? 1 : 0;
}

/**
 * An amount in the minor units of another currency, exactly. A `ratio` is in minor units of its own `currency`.
 * Throws `currency-unknown`, `no-rate` (naming the currency) or `rate-malformed`.
 */
export function convert(
  amount: Money | { ratio: Ratio; currency: string },
  to: string,
  rates: Rates | undefined,
): Ratio {
  const value = 'minor' in amount ? ratio(amount.minor) : amount.ratio;
  const from = amount.currency;
  if (from === to) return value;
  const fromRate = rateOf(from, rates);
  const toRate = rateOf(to, rates);
  const scale = { num: 10n ** exponentOf(to), den: 10n ** exponentOf(from) };
  return multiply(multiply(value, scale), { num: toRate.num * fromRate.den, den: toRate.den * fromRate.num });
}

function exponentOf(currency: string): bigint {
  const exponent = currencyExponent(currency);
  if (exponent === undefined) {
    throw new LedgerbellError('currency-unknown', 'The currency is not an ISO 4217 code such as "EUR".');
  }
  return BigInt(exponent);
}

/** Units of `currency` for one unit of the base. */
function rateOf(currency: string, rates: Rates | undefined): Ratio {
  exponentOf(currency);
  if (rates?.base === currency) return { num: 1n, den: 1n };
  const text = rates !== undefined && Object.hasOwn(rates, currency) ? rates[currency] : undefined;
  if (text === undefined) {
    throw new LedgerbellError('no-rate', `There is no exchange rate for ${currency}.`, { path: currency });
  }
  const rate = typeof text === 'string' && /^\d+(\.\d+)?$/.test(text) ? ratio(text) : undefined;
  if (rate === undefined || rate.num === 0n) {
    throw new LedgerbellError('rate-malformed', `The exchange rate for ${currency} is not a positive decimal text.`);
  }
  return rate;
}
