/** The Liquid filters a message text may use: ours for money and time, and a few harmless ones of the library. */
import type { Context, FilterImplOptions } from 'liquidjs';
import { LedgerbellError } from '../../contracts/errors.js';
import type { Money } from '../../contracts/event.js';
import { parseInstant } from '../event/instant.js';
import { parseAmount } from '../event/money.js';
import { formatDate, formatDateTime, formatMoney, formatNumber, formatTime } from './format.js';
import { mask } from './mask.js';

export interface RenderOptions {
  /** BCP 47. */
  locale: string;
  /** IANA. */
  timeZone: string;
}

/** Where a render call keeps its options: a symbol, so that no template can name it. */
export const RENDER_OPTIONS = Symbol('render options');

/** No arithmetic, which would go through floats; no code that makes a link, a hash or an endless list. */
export const LIBRARY_FILTERS = new Set(
  'append capitalize default downcase first join last prepend remove replace size slice split strip truncate upcase'.split(
    ' ',
  ),
);

interface FilterThis {
  context: Context;
}

export const OWN_FILTERS: Record<string, FilterImplOptions> = {
  /** `{{ transaction.amount | money: transaction.currency }}` */
  money(this: FilterThis, amount: unknown, currency?: unknown) {
    return formatMoney(readMoney(amount, currency), optionsOf(this).locale);
  },
  date(this: FilterThis, value: unknown) {
    const { locale, timeZone } = optionsOf(this);
    return dayAlone(value, locale) ?? formatDate(readInstant(value), locale, timeZone);
  },
  time(this: FilterThis, value: unknown) {
    const { locale, timeZone } = optionsOf(this);
    return dayAlone(value, locale) ?? formatTime(readInstant(value), locale, timeZone);
  },
  datetime(this: FilterThis, value: unknown) {
    const { locale, timeZone } = optionsOf(this);
    return dayAlone(value, locale) ?? formatDateTime(readInstant(value), locale, timeZone);
  },
  number(this: FilterThis, value: unknown) {
    if (typeof value !== 'number' && typeof value !== 'string') throw unfit('number', 'a number');
    return formatNumber(value, optionsOf(this).locale);
  },
  /** `**** 1234` */
  mask(value: unknown) {
    if (typeof value !== 'string' && typeof value !== 'number') throw unfit('mask', 'a text');
    return mask(String(value));
  },
};

const DAY = /^\d{4}-\d\d-\d\d$/;

/** A date without a time is the same day everywhere, and has no hour to show. */
function dayAlone(value: unknown, locale: string): string | undefined {
  const isDay = typeof value === 'string' && DAY.test(value);
  return isDay ? formatDate(readInstant(`${value}T00:00:00Z`), locale, 'UTC') : undefined;
}

function optionsOf(filter: FilterThis): RenderOptions {
  return (filter.context.globals as { [RENDER_OPTIONS]: RenderOptions })[RENDER_OPTIONS];
}

function readMoney(amount: unknown, currency: unknown): Money {
  if (isMoney(amount)) return amount;
  if (typeof currency !== 'string') throw unfit('money', 'a currency, as in "amount | money: currency"');
  return parseAmount(amount, currency, { negative: true });
}

function isMoney(value: unknown): value is Money {
  return (
    typeof value === 'object' && value !== null && Object.hasOwn(value, 'minor') && Object.hasOwn(value, 'currency')
  );
}

function readInstant(value: unknown): number {
  if (typeof value !== 'number') return parseInstant(value);
  if (Math.abs(value) <= LAST_INSTANT) return value;
  throw unfit('date', 'a time in epoch milliseconds or RFC 3339');
}

/** The end of what a Date can hold. */
const LAST_INSTANT = 8_640_000_000_000_000;

function unfit(filter: string, needs: string): LedgerbellError {
  return new LedgerbellError('text-value-unfit', `The filter "${filter}" needs ${needs}.`);
}
