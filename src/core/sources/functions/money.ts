/** Amounts as decimal text, from text, numbers and minor units; exact, with the decimals of the currency. */
import { currencyExponent } from '../../event/money.js';
import { addDecimals, type Decimal, decimalText, negated, parseDecimal, withDecimals } from '../decimal.js';
import type { Value } from '../expression/value.js';
import { ValueRefused } from '../mapping-refused.js';
import { countOf, isAbsent, type MappingFunction, textOf, written } from './mapping-function.js';

const money: MappingFunction = {
  name: 'money',
  takes: [2, 2],
  gives:
    'money(amount, currency): decimal text with the decimals of the currency, from text or a number in major units',
  run: ([amount, currency]) => {
    if (isAbsent(amount)) return null;
    return amountText(decimalOf(amount), exponentOf(currency));
  },
};

const minorUnits: MappingFunction = {
  name: 'minorUnits',
  takes: [2, 3],
  gives:
    'minorUnits(amount, currency[, decimals]): the same from minor units; `decimals` where the platform counts otherwise than ISO 4217',
  run: ([amount, currency, decimals]) => {
    if (isAbsent(amount)) return null;
    const exponent = exponentOf(currency);
    const shift = isAbsent(decimals) ? exponent : countOf(decimals);
    const { units, scale } = decimalOf(amount);
    if (shift > 8) throw new ValueRefused('mapping-amount', 'no currency has so many decimals');
    return amountText({ units, scale: scale + shift }, exponent);
  },
};

const absolute: MappingFunction = {
  name: 'absolute',
  takes: [1, 1],
  gives: 'absolute(amount): without its sign',
  run: ([amount]) => {
    if (isAbsent(amount)) return null;
    const decimal = decimalOf(amount);
    return decimalText(decimal.units < 0n ? negated(decimal) : decimal);
  },
};

const negate: MappingFunction = {
  name: 'negate',
  takes: [1, 1],
  gives: 'negate(amount): with the other sign',
  run: ([amount]) => (isAbsent(amount) ? null : decimalText(negated(decimalOf(amount)))),
};

const add: MappingFunction = {
  name: 'add',
  takes: [2, 2],
  gives: 'add(a, b): the exact sum, as text',
  run: ([a, b]) => (isAbsent(a) || isAbsent(b) ? null : decimalText(addDecimals(decimalOf(a), decimalOf(b)))),
};

const subtract: MappingFunction = {
  name: 'subtract',
  takes: [2, 2],
  gives: 'subtract(a, b): the exact difference, as text',
  run: ([a, b]) => (isAbsent(a) || isAbsent(b) ? null : decimalText(addDecimals(decimalOf(a), negated(decimalOf(b))))),
};

const direction: MappingFunction = {
  name: 'direction',
  takes: [1, 1],
  gives: "direction(amount): 'debit' below nought, else 'credit'",
  run: ([amount]) => (isAbsent(amount) ? null : decimalOf(amount).units < 0n ? 'debit' : 'credit'),
};

/** In the order of the documentation. */
export const MONEY_FUNCTIONS: readonly MappingFunction[] = [
  money,
  minorUnits,
  absolute,
  negate,
  add,
  subtract,
  direction,
];

function decimalOf(value: Value | undefined): Decimal {
  const decimal = parseDecimal(written(value).trim());
  if (decimal === undefined) throw new ValueRefused('mapping-amount', 'the amount is no plain decimal number');
  return decimal;
}

function exponentOf(currency: Value | undefined): number {
  if (isAbsent(currency)) throw new ValueRefused('mapping-currency', 'an amount needs its currency; none was found');
  const exponent = currencyExponent(textOf(currency));
  if (exponent === undefined) throw new ValueRefused('mapping-currency', 'the currency is not a code such as EUR');
  return exponent;
}

function amountText(decimal: Decimal, exponent: number): string {
  const exact = withDecimals(decimal, exponent);
  if (exact === undefined) {
    throw new ValueRefused('mapping-amount', `the amount has more decimals than the currency has (${exponent})`);
  }
  return decimalText(exact);
}
