/**
 * The values conditions compare: money and what history makes of it, as ratios of integers (semantics: values, 13).
 * A deviation is the root of a ratio; it is compared by squaring, never by taking the root.
 */
import type { CurrencyMap } from '../../contracts/rule.js';
import { parseAmount, type Rates } from '../event/money.js';
import { add, compareRatios, convert, multiply, type Ratio, ratio } from '../event/ratio.js';
import { isMoney, type Money } from './money-value.js';

export interface Exact extends Ratio {
  /** Minor units of this currency; absent for plain numbers. */
  currency?: string;
  /** The value is the root of `num / den`, at or above zero. */
  root?: true;
}

export function exact(num: bigint, den: bigint, currency?: string): Exact {
  return currency ? { num, den, currency } : { num, den };
}

export function addExact(a: Exact, b: Exact): Exact {
  const sum = add(a, b);
  return exact(sum.num, sum.den, a.currency);
}

export function rootOf(square: Exact): Exact {
  return { ...square, root: true };
}

/** `factor` is a number or decimal text, as the analyst wrote it. */
export function times(value: Exact | number, factor: number | string): Exact {
  const by = ratio(factor);
  if (typeof value === 'number') return multiply(ratio(value), by);
  const product = multiply(value, value.root ? multiply(by, by) : by);
  return { ...value, num: product.num, den: product.den };
}

/** Brings an amount to another currency. @throws LedgerbellError `no-rate` */
export function inCurrency(value: Exact, currency: string, rates: Rates): Exact {
  if (value.currency === undefined || currency === '' || value.currency === currency) return value;
  if (value.root) {
    const unit = convert({ ratio: ratio(1), currency: value.currency }, currency, rates);
    const square = multiply(value, multiply(unit, unit));
    return { ...square, currency, root: true };
  }
  const converted = convert({ ratio: value, currency: value.currency }, currency, rates);
  return exact(converted.num, converted.den, currency);
}

/** -1, 0 or 1; both in the same currency. */
export function compareExact(a: Exact, b: Exact): -1 | 0 | 1 {
  if (!a.root && !b.root) return compareRatios(a, b);
  const left = a.root ? a : squareOf(a);
  const right = b.root ? b : squareOf(b);
  if (!a.root && a.num < 0n) return -1;
  if (!b.root && b.num < 0n) return 1;
  return compareRatios(left, right);
}

function squareOf(value: Exact): Ratio {
  return multiply(value, value);
}

/** Anything one side of an exact comparison may be before its currency is known. */
export type Comparable = Money | Exact | number | string | CurrencyMap;

/**
 * Compares two values, of which at least one usually has a currency; plain numbers, decimal texts and currency maps are
 * read in the other's. @throws LedgerbellError `no-rate`, `amount-decimals`, `amount-malformed`
 */
export function compareValues(left: Comparable, right: Comparable, fallback: string, rates: Rates): -1 | 0 | 1 {
  if (isMoney(left) && isMoney(right) && left.currency === right.currency) {
    return left.minor < right.minor ? -1 : left.minor > right.minor ? 1 : 0;
  }
  const currency = currencyOfValue(left) ?? currencyOfValue(right) ?? (isPlain(left) && isPlain(right) ? '' : fallback);
  return compareExact(toExact(left, currency, rates), toExact(right, currency, rates));
}

function currencyOfValue(value: Comparable): string | undefined {
  if (isMoney(value)) return value.currency;
  return isExact(value) ? value.currency : undefined;
}

function isPlain(value: Comparable): boolean {
  return typeof value === 'number' || typeof value === 'string' || isExact(value);
}

export function isExact(value: unknown): value is Exact {
  return typeof value === 'object' && value !== null && 'den' in value && typeof value.den === 'bigint';
}

/** A value as exact minor units of `currency` (or a plain number where it is empty). */
export function toExact(value: Comparable, currency: string, rates: Rates): Exact {
  if (isMoney(value)) return inCurrency(exact(BigInt(value.minor), 1n, value.currency), currency, rates);
  if (isExact(value)) return inCurrency(value, currency, rates);
  if (typeof value === 'object') return fromMap(value, currency, rates);
  if (currency === '') return ratio(value);
  return exact(BigInt(parseAmount(String(value), currency, { negative: true }).minor), 1n, currency);
}

/** The map's own entry for the currency, else its entry for the base currency, else its first, converted. */
function fromMap(map: CurrencyMap, currency: string, rates: Rates): Exact {
  const chosen =
    map[currency] !== undefined ? currency : map[rates.base] !== undefined ? rates.base : Object.keys(map)[0];
  const text = chosen === undefined ? undefined : map[chosen];
  if (chosen === undefined || text === undefined) throw new RangeError('an empty currency map reached an evaluation');
  const money = parseAmount(text, chosen, { negative: true });
  return inCurrency(exact(BigInt(money.minor), 1n, chosen), currency, rates);
}
