/** What messages cost, summed exactly in millionths; it becomes a floating-point number only when somebody looks. */
import type { TextPolicy } from '../contracts/rule.js';
import { priceOf } from '../core/message/price.js';

const MILLIONTHS = 6;

export interface Spent {
  provider: string;
  /** ISO 3166, or `none` for numbers of no country. */
  country: string;
  /** ISO 4217. */
  currency: string;
}

export interface Spending {
  /** Does nothing where the bank keeps no prices. */
  add(prices: TextPolicy['prices'], parts: number, where: Omit<Spent, 'currency'>): void;
  totals(): { spent: Spent; amount: number }[];
}

export function createSpending(): Spending {
  const totals = new Map<string, { spent: Spent; millionths: bigint }>();
  return {
    add(prices, parts, { provider, country }) {
      const price = priceOf(prices, parts, country);
      if (prices === undefined || price === undefined) return;
      const spent = { provider, country, currency: prices.currency };
      const key = JSON.stringify(Object.values(spent));
      const { millionths } = totals.get(key) ?? { millionths: 0n };
      totals.set(key, { spent, millionths: millionths + millionthsOf(price) });
    },
    totals: () => [...totals.values()].map(({ spent, millionths }) => ({ spent, amount: Number(millionths) / 1e6 })),
  };
}

/** Of a decimal string with up to six decimals. */
function millionthsOf(price: string): bigint {
  const [whole = '0', fraction = ''] = price.split('.');
  return BigInt(whole + fraction.padEnd(MILLIONTHS, '0'));
}
