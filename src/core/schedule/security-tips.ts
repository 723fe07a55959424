/** When a customer's security tip comes: once a period of whole months, on a business day within hours, spread over several days. */
import { addDays, instantOf, localDay, moved, startOf, withinHours } from './local-time.js';
import type { SchedulePolicy } from './policy.js';

export interface Tip {
  /** The first month of its period, `2026-10`. */
  period: string;
  /** From 1 to 12, then from 1 again: which tip it is. */
  number: number;
  /** Epoch milliseconds: when it is told, and from when on it must not be told any more. */
  at: number;
  until: number;
}

export interface TipLook {
  raise?: Tip;
  /** The last period that was dealt with, as a number: 202610. */
  mark?: number;
  /** When to look again, epoch milliseconds; undefined where there are no tips. */
  next: number | undefined;
}

export interface TipWorld {
  zone: string;
  holidays: readonly string[];
  policy: SchedulePolicy;
  /** In [0, 1), the same for a customer at every look: where in the days of a period theirs lies. */
  share: number;
}

/** So many different tips a rule can tell in turn: one for each month of the year. */
const NUMBERS = 12;
/** Days after its own on which a tip that waited for the service is still told. */
const CATCH_UP_DAYS = 7;

/** `mark`: the last period that an earlier look dealt with; without one, the first tip is the next that comes. */
export function lookAtTip({ mark, now }: { mark: number | undefined; now: number }, world: TipWorld): TipLook {
  const { everyMonths } = world.policy.securityTips;
  if (everyMonths === 0) return { mark, next: undefined };
  const today = localDay(now, world.zone);
  const current = periodOf(today, everyMonths);
  const tip = tipOf(current, world);
  const following = (): number => tipOf(current + 1, world).at;
  if (mark !== undefined && mark >= numberOf(monthText(current * everyMonths))) return { mark, next: following() };
  if (tip.at > now) return { mark, next: tip.at };
  const done = numberOf(tip.period);
  // Whoever was registered after their day, or whose service slept through the days, is told the next time.
  if (now >= tip.until) return { mark: done, next: following() };
  const tellAt = withinHours(now, world.zone, world.policy.hours);
  if (tellAt > now) return { mark, next: Math.min(tellAt, tip.until) };
  return { raise: tip, mark: done, next: following() };
}

/** Periods are counted from the year 0, so that those of a year begin in January. */
function periodOf(day: string, everyMonths: number): number {
  const [year = 0, month = 1] = day.split('-').map(Number);
  return Math.floor((year * 12 + month - 1) / everyMonths);
}

function tipOf(period: number, { zone, holidays, policy, share }: TipWorld): Tip {
  const { everyMonths, dayOfMonth, spreadDays } = policy.securityTips;
  const month = monthText(period * everyMonths);
  const wanted = addDays(`${month}-01`, dayOfMonth - 1 + Math.floor(share * spreadDays));
  const day = moved(wanted, 'after', holidays);
  return {
    period: month,
    number: (period % NUMBERS) + 1,
    at: instantOf(day, policy.hours.from, zone),
    until: startOf(addDays(day, CATCH_UP_DAYS + 1), zone),
  };
}

function monthText(months: number): string {
  return `${String(Math.floor(months / 12)).padStart(4, '0')}-${String((months % 12) + 1).padStart(2, '0')}`;
}

const numberOf = (month: string): number => Number(month.replace('-', ''));
