/** What events of a bank look like here: who pays whom, where, how much. The same in every run. */
import type { CloudEvent } from '../../src/contracts/event.js';
import type { JsonObject } from '../../src/contracts/json.js';
import { type Random, randomFrom } from '../harness/random.js';

export const TYPES = ['transaction.posted', 'transaction.authorised', 'transaction.declined'] as const;
export type Type = (typeof TYPES)[number];

export const KINDS = [
  'card',
  'transfer',
  'cash-withdrawal',
  'direct-debit',
  'standing-order',
  'fee',
  'interest',
  'internal',
];
export const CHANNELS = ['pos', 'online', 'atm', 'branch', 'mobile', 'phone'];
export const CATEGORIES = Array.from({ length: 12 }, (_, at) => `category-${at}`);
export const COUNTRIES = Array.from({ length: 25 }, (_, at) => `${String.fromCharCode(65 + at)}E`);
export const MCCS = Array.from({ length: 40 }, (_, at) => String(5000 + 17 * at));
const BANKS = Array.from({ length: 30 }, (_, at) => `BANK${at}`);

/** Half of all events are postings, as among the rules. */
export function pickType(random: Random): Type {
  const share = random.next();
  return share < 0.5 ? TYPES[0] : share < 0.8 ? TYPES[1] : TYPES[2];
}

/** Minor units; one in a hundred is above 2,500.00, half are below 80.00. */
export function amountAt(share: number): number {
  return Math.round(100 * 10 ** (1 + 2.4 * share ** 1.5 + (share > 0.99 ? 0.8 * (share - 0.99) * 100 : 0)));
}

/** Minor units; about one in ten is below zero. */
export function balanceAt(share: number): number {
  return Math.round((share - 0.1) * 2_000_000);
}

export function decimal(minor: number): string {
  const digits = String(Math.abs(minor)).padStart(3, '0');
  return `${minor < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

export interface Drawn {
  type: Type;
  amount: number;
  balanceAfter: number;
  /** `data` of the event, amounts as text. */
  data: JsonObject;
}

/** One event's data, about 600 bytes as JSON. */
export function drawEvent(random: Random, accounts: number, at: number): Drawn {
  const type = pickType(random);
  const [amount, balanceAfter] = [amountAt(random.next()), balanceAt(random.next())];
  const account = random.below(accounts);
  return {
    type,
    amount,
    balanceAfter,
    data: {
      accountId: `a${account}`,
      customerId: `c${account}`,
      direction: random.next() < 0.7 ? 'debit' : 'credit',
      amount: decimal(amount),
      currency: 'EUR',
      kind: random.pick(KINDS),
      balanceAfter: decimal(balanceAfter),
      transactionId: `t-${at}`,
      category: random.pick(CATEGORIES),
      channel: random.pick(CHANNELS),
      cardId: `card-${account}`,
      merchant: {
        name: `Shop ${random.below(500)}`,
        mcc: random.pick(MCCS),
        country: random.pick(COUNTRIES),
        city: 'Tallinn',
      },
      counterparty: {
        name: `Payee ${random.below(500)}`,
        bank: random.pick(BANKS),
        country: random.pick(COUNTRIES),
      },
      location: { latitude: 59.4, longitude: 24.7, country: random.pick(COUNTRIES) },
      device: { id: `device-${account}` },
    },
  };
}

export function cloudEvent(id: string, time: number, type: string, data: JsonObject): CloudEvent {
  return { specversion: '1.0', id, source: 'core', type, time: new Date(time).toISOString(), data };
}

export function drawEvents(seed: number, count: number, accounts: number): Drawn[] {
  const random = randomFrom(seed);
  return Array.from({ length: count }, (_, at) => drawEvent(random, accounts, at));
}
