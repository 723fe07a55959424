/** Amounts, dates and numbers as the customer's locale writes them, in characters that a GSM-7 text can carry. */
import { LRUCache } from 'lru-cache';
import { LedgerbellError } from '../../contracts/errors.js';
import type { Money } from '../../contracts/event.js';
import { currencyExponent, formatMinor } from '../event/money.js';
import { normalise } from './normalise.js';
import { fitsGsm7 } from './segments.js';

/** Making an Intl formatter costs about a thousand times its use; locales come from outside, so the store is bounded. */
const numberFormats = new LRUCache<string, Intl.NumberFormat>({ max: 500 });
const dateFormats = new LRUCache<string, Intl.DateTimeFormat>({ max: 500 });

/** `€1,000.00`, `1000,00 €`, `CZK 12.50`: exact, with the decimals the currency has. */
export function formatMoney(money: Money, locale: string): string {
  return formatExactly(moneyFormat(money.currency, locale), formatMinor(money));
}

/** A number or decimal text; text keeps its exact value up to the three decimals shown. Throws `number-malformed`. */
export function formatNumber(value: number | string, locale: string): string {
  if (typeof value === 'number' ? !Number.isFinite(value) : !/^-?\d{1,30}(\.\d{1,30})?$/.test(value)) {
    throw new LedgerbellError('number-malformed', 'This is not a number that a text can show.');
  }
  const format = remembered(numberFormats, locale, () => new Intl.NumberFormat(locale), locale);
  return formatExactly(format, String(value));
}

/** `Nov 22, 2026` */
export function formatDate(epochMs: number, locale: string, timeZone: string): string {
  return formatInstant(epochMs, locale, timeZone, { dateStyle: 'medium' });
}

/** `3:05 PM` */
export function formatTime(epochMs: number, locale: string, timeZone: string): string {
  return formatInstant(epochMs, locale, timeZone, { timeStyle: 'short' });
}

/** `Nov 22, 2026, 3:05 PM` */
export function formatDateTime(epochMs: number, locale: string, timeZone: string): string {
  return formatInstant(epochMs, locale, timeZone, { dateStyle: 'medium', timeStyle: 'short' });
}

function formatInstant(epochMs: number, locale: string, timeZone: string, style: Intl.DateTimeFormatOptions): string {
  const key = `${locale} ${timeZone} ${style.dateStyle} ${style.timeStyle}`;
  const create = () => new Intl.DateTimeFormat(locale, { ...style, timeZone });
  return normalise(remembered(dateFormats, key, create, locale).format(epochMs));
}

/** Intl formats decimal text without passing through a float (ES2023); the type asks for a literal. */
function formatExactly(format: Intl.NumberFormat, decimal: string): string {
  return normalise(format.format(decimal as Intl.StringNumericLiteral));
}

function moneyFormat(currency: string, locale: string): Intl.NumberFormat {
  return remembered(numberFormats, `${locale} ${currency}`, () => createMoneyFormat(currency, locale), locale);
}

/** The currency's symbol where GSM-7 has it, else its code: `Kč` alone would double the price of a text. */
function createMoneyFormat(currency: string, locale: string): Intl.NumberFormat {
  const digits = currencyExponent(currency);
  const style = { style: 'currency', currency, minimumFractionDigits: digits, maximumFractionDigits: digits } as const;
  const symbol = new Intl.NumberFormat(locale, style);
  const name = symbol.formatToParts(0).find(({ type }) => type === 'currency')?.value ?? '';
  return fitsGsm7(normalise(name)) ? symbol : new Intl.NumberFormat(locale, { ...style, currencyDisplay: 'code' });
}

function remembered<Format extends object>(
  cache: LRUCache<string, Format>,
  key: string,
  create: () => Format,
  locale: string,
): Format {
  const known = cache.get(key);
  if (known) return known;
  const format = createChecked(create, locale);
  cache.set(key, format);
  return format;
}

function createChecked<Format>(create: () => Format, locale: string): Format {
  try {
    return create();
  } catch (cause) {
    if (!isLocale(locale)) throw new LedgerbellError('locale-unknown', 'This is not a locale such as "en".', { cause });
    throw new LedgerbellError('time-zone-unknown', 'This is not a time zone such as "Europe/Tallinn".', { cause });
  }
}

function isLocale(locale: string): boolean {
  try {
    return Intl.getCanonicalLocales(locale).length === 1;
  } catch {
    return false;
  }
}
