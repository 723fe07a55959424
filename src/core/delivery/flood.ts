/**
 * Guards against floods: how many messages one customer gets about one topic, and how many leave in all or to a country,
 * which bounds what it costs when somebody makes the bank send to numbers of their own (SMS pumping).
 */
import type { Lane } from '../../contracts/rule.js';

/** At most `messages` to one customer about one topic within any `minutes`. What is absent fits every alert. */
export interface Throttle {
  lanes?: readonly Lane[];
  topics?: readonly string[];
  messages: number;
  minutes: number;
}

/** At most `messages` in each period of `minutes`. */
export interface Ceiling {
  lanes?: readonly Lane[];
  /** ISO 3166, of the number; each is counted for itself, `*` for each that no other entry names. Absent: all together. */
  countries?: readonly string[];
  messages: number;
  minutes: number;
}

const MINUTE = 60_000;

export interface Told {
  topic: string;
  /** Epoch milliseconds at which it left. */
  sentAt: number;
}

/** @param told what left to this customer before */
export function isThrottled(
  throttles: readonly Throttle[],
  { lane, topic }: { lane: Lane; topic: string },
  told: readonly Told[],
  now: number,
): boolean {
  return throttles.some(({ lanes, topics, messages, minutes }) => {
    if (lanes?.includes(lane) === false || topics?.includes(topic) === false) return false;
    const since = now - minutes * MINUTE;
    return told.filter((one) => one.topic === topic && one.sentAt > since).length >= messages;
  });
}

/** The longest period that any throttle looks back, milliseconds. */
export function throttleSpan(throttles: readonly Throttle[]): number {
  return Math.max(0, ...throttles.map(({ minutes }) => minutes * MINUTE));
}

/** One count that a message adds to. */
export interface CeilingCount {
  /** Names what is counted, for all replicas. */
  scope: string;
  messages: number;
  /** Epoch milliseconds. */
  startsAt: number;
  endsAt: number;
}

/** @param country absent for numbers of no country, which only ceilings for all, and `*`, count */
export function ceilingCounts(
  ceilings: readonly Ceiling[],
  { lane, country }: { lane: Lane; country?: string },
  now: number,
): CeilingCount[] {
  const named = new Set(ceilings.flatMap(({ countries = [] }) => countries));
  return ceilings.flatMap(({ lanes, countries, messages, minutes }) => {
    if (lanes?.includes(lane) === false) return [];
    const isOther = countries?.includes('*') === true && (country === undefined || !named.has(country));
    const fits = countries === undefined || isOther || (country !== undefined && countries.includes(country));
    if (!fits) return [];
    const where = countries === undefined ? 'all' : (country ?? 'none');
    const startsAt = now - (now % (minutes * MINUTE));
    const scope = `${where}/${lanes === undefined ? 'all' : [...lanes].sort().join('+')}/${minutes}`;
    return [{ scope, messages, startsAt, endsAt: startsAt + minutes * MINUTE }];
  });
}
