/**
 * What the rules remember of one account, or of one customer for events without an account. It is a fold over that
 * account's events in commit order, and can be rebuilt from them.
 */
import type { Money } from '../../contracts/event.js';
import type { Loans } from '../schedule/loans.js';
import type { SeriesState } from './series.js';

export interface LastPlace {
  latitude: number;
  longitude: number;
  country?: string;
  /** Event time, epoch milliseconds. */
  at: number;
}

/** One rule's memory for one recipient. */
export interface RuleState {
  /** Whether the conditions held the last time they could be told; absent while unknown. */
  edge?: boolean;
  /** False after an edge rule fired until its `rearm` conditions hold; absent means armed. */
  armed?: boolean;
  /** Event time of the last decision that was an alert, and that alert. */
  alertedAt?: number;
  alertId?: string;
  /** `alertedAt` before that, to give back when the alert could not be delivered. */
  alertedBefore?: number;
}

/** All that is known of one transaction: the events that share a `transactionId`. */
export interface TransactionState {
  /** Time of the latest event that told its amount; absent when only its reversal has been seen. */
  time?: number;
  reversed: boolean;
  /** What it added to which series, to take out again. */
  counted: Record<string, SeriesValue>;
  /** Who was told what; a correction is told once as well. */
  alerted: { rule: string; recipient: string; alertId: string; correction?: true }[];
}

/** One entry's value: minor units with a currency, an integer, or a text. `null` where only the occurrence counts. */
export type SeriesValue = Money | number | string | null;

export interface Profile {
  /** `account:704` */
  name: string;
  /** Events folded so far. */
  sequence: number;
  /** The latest event time folded, schedules aside. */
  time?: number;
  /** The latest time of the customer's own doing, what inactivity counts from. */
  activeAt?: number;
  closed?: boolean;
  balance?: Money;
  /** Last place by card (`ownKey`), `''` for the account itself. */
  places: Readonly<Record<string, LastPlace>>;
  /** Countries seen, oldest first. */
  countries: readonly string[];
  /** Devices seen, least recently used first. */
  devices: readonly string[];
  passwordChangedAt?: number;
  contactChangedAt?: number;
  series: Readonly<Record<string, SeriesState>>;
  /** Rule, then recipient (`ownKey`; `''` where there is nobody). */
  rules: Readonly<Record<string, Readonly<Record<string, RuleState>>>>;
  /** The transactions at hand, by id (`ownKey`). The store keeps each apart, so that a profile stays small. */
  transactions: Readonly<Record<string, TransactionState>>;
  /** What a customer is known to owe. Kept apart as well, and at hand where an event needs it. */
  loans?: Loans;
  /** Names the measures this profile was folded with. */
  seriesKey?: string;
  /** The next stage of the inactivity schedule, epoch milliseconds. */
  inactiveDueAt?: number;
}

/** A profile that has seen nothing. */
export function emptyProfile(name: string): Profile {
  return {
    name,
    sequence: 0,
    places: {},
    countries: [],
    devices: [],
    series: {},
    rules: {},
    transactions: {},
  };
}

/** A key made of text from outside, which can then never be `__proto__` or another name that objects inherit. */
export function ownKey(text: string): string {
  return `#${text}`;
}
