/** Amounts as an analyst writes them: numbers, decimal texts and currency maps. */
import { currencyExponent, parseAmount } from '../event/money.js';
import { type Report, tryReport } from './lint-report.js';
import { isObject } from './read-messages.js';
import type { Place } from './rule-file.js';

const CURRENCY_SHAPED = /^[A-Za-z]{3}$/;
/** Currencies with 0, 2, 3 and 4 decimals. */
const BY_DECIMALS = ['JPY', 'EUR', 'EUR', 'BHD', 'CLF'];
const MOST_DECIMALS = BY_DECIMALS.length - 1;

/** Whether a value was meant as amounts by currency, rightly written or not. */
export function looksLikeCurrencyMap(value: unknown): value is Record<string, unknown> {
  if (!isObject(value)) return false;
  const keys = Object.keys(value);
  return keys.length > 0 && keys.every((key) => CURRENCY_SHAPED.test(key));
}

export function lintCurrencyMap(map: Readonly<Record<string, unknown>>, place: Place, report: Report): void {
  for (const [currency, amount] of Object.entries(map)) {
    const exponent = currencyExponent(currency);
    if (exponent === undefined) {
      report([...place, currency], {
        code: 'currency-unknown',
        message: `there is no currency "${currency}"`,
        fix: 'Use an ISO 4217 code in capitals, such as EUR',
      });
      continue;
    }
    const fix = `Write plain decimal text with at most ${exponent} decimals, such as "${exponent === 0 ? '1000' : `1000.${'0'.repeat(exponent)}`}"`;
    tryReport(report, [...place, currency], fix, () => parseAmount(amount, currency, { negative: true }));
  }
}

/** `decimals`: the most that any currency in use has; absent where none is named. */
export function lintPlainAmount(
  value: number | string,
  decimals: number | undefined,
  place: Place,
  report: Report,
): void {
  const most = BY_DECIMALS[decimals ?? MOST_DECIMALS] ?? 'CLF';
  const fix =
    typeof value === 'number'
      ? 'Write it with fewer digits, or as text: "1000.00"'
      : 'Write plain decimal text such as "1000.00", without spaces, commas or a currency';
  tryReport(report, place, fix, () => parseAmount(String(value), most, { negative: true }));
}
