/** The days of a balance digest, and what a look at one finds. A day is told once, whatever the customer's clock does. */
import { addDays, instantOf, localDay, startOf, weekdayOf, withinHours } from './local-time.js';
import type { SchedulePolicy } from './policy.js';

export const DIGEST_TOPIC = 'balance-digest';
export const DIGEST_PARAMETER = 'frequency';
export const FREQUENCIES = ['daily', 'weekly', 'monthly'] as const;
export type Frequency = (typeof FREQUENCIES)[number];

type DigestDays = SchedulePolicy['digests'];

/** The first day of a digest after a day, or with it. */
export function nextDigestDay(day: string, frequency: Frequency, days: DigestDays): string {
  if (frequency === 'daily') return day;
  if (frequency === 'weekly') return addDays(day, (days.weekday - weekdayOf(day) + 7) % 7);
  const here = inMonth(day, 0, days.dayOfMonth);
  return here >= day ? here : inMonth(day, 1, days.dayOfMonth);
}

/** The day of the digest before this one. */
export function digestDayBefore(day: string, frequency: Frequency, days: DigestDays): string {
  if (frequency === 'daily') return addDays(day, -1);
  return frequency === 'weekly' ? addDays(day, -7) : inMonth(day, -1, days.dayOfMonth);
}

/** The day of a month so many months from a day's, or the month's last. */
function inMonth(day: string, months: number, dayOfMonth: number): string {
  const [year = 0, month = 0] = day.split('-').map(Number);
  const last = new Date(Date.UTC(year, month + months, 0)).getUTCDate();
  return new Date(Date.UTC(year, month - 1 + months, Math.min(dayOfMonth, last))).toISOString().slice(0, 10);
}

export interface Digest {
  day: string;
  /** Epoch milliseconds: when it is told, and what it reports is between the two. */
  at: number;
  since: number;
  /** From when on it must not be told any more. */
  until: number;
}

export interface DigestLook {
  /** To be told now; those whose day is over are recorded as missed when they are decided. */
  raise: Digest[];
  /** The last day that was dealt with, as a number: 20261122. */
  mark: number;
  /** When to look again, epoch milliseconds. */
  next: number;
}

/** Of those missed in a long absence so many are recorded. */
const MOST_MISSED = 7;

/** `mark`: how far an earlier look came; without one, the first digest is the next that comes. */
export function lookAtDigest(
  frequency: Frequency,
  { mark, now }: { mark: number | undefined; now: number },
  { zone, policy }: { zone: string; policy: SchedulePolicy },
): DigestLook {
  const { digests, hours } = policy;
  let last = mark === undefined ? startingDay(now, zone, hours.from) : dayOf(mark);
  const raise: Digest[] = [];
  const looked = (next: number): DigestLook => ({ raise: raise.slice(-MOST_MISSED - 1), mark: markOf(last), next });
  for (;;) {
    const day = nextDigestDay(addDays(last, 1), frequency, digests);
    const digest = digestOn(day, frequency, zone, policy);
    if (digest.at > now) return looked(digest.at);
    // A day that the zone left out is not told: its moments are the next day's.
    if (localDay(digest.at, zone) === day) {
      const tellAt = now >= digest.until ? now : withinHours(now, zone, hours);
      if (tellAt > now) return looked(Math.min(tellAt, digest.until));
      raise.push(digest);
    }
    last = day;
  }
}

/** Today's where it is over already, else yesterday. */
function startingDay(now: number, zone: string, from: string): string {
  const today = localDay(now, zone);
  return instantOf(today, from, zone) <= now ? today : addDays(today, -1);
}

function digestOn(day: string, frequency: Frequency, zone: string, { digests, hours }: SchedulePolicy): Digest {
  return {
    day,
    at: instantOf(day, hours.from, zone),
    since: instantOf(digestDayBefore(day, frequency, digests), hours.from, zone),
    until: startOf(addDays(day, 1), zone),
  };
}

function markOf(day: string): number {
  return Number(day.replaceAll('-', ''));
}

function dayOf(mark: number): string {
  const text = String(mark);
  return `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}`;
}
