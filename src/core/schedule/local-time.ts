/** Days of the calendar (`2026-11-22`, no zone) and the moments at which a wall clock somewhere shows a time of such a day. */
import { DateTime } from 'luxon';
import type { DayMove, SchedulePolicy } from './policy.js';

const DAY = 86_400_000;

/** What a wall clock shows when never changes: remembering it changes no answer. */
const MOST_MOMENTS = 20_000;
const moments = new Map<string, number>();
const latestDays = new Map<string, { day: string; from: number; to: number }>();

export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10);
}

/** 1 is Monday. */
export function weekdayOf(day: string): number {
  return ((new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7) + 1;
}

/** `holidays`: `YYYY-MM-DD`. */
export function isBusinessDay(day: string, holidays: readonly string[]): boolean {
  return weekdayOf(day) < 6 && !holidays.includes(day);
}

/** The day itself where it is a business day or is not to be moved. */
export function moved(day: string, move: DayMove, holidays: readonly string[]): string {
  if (move === 'none') return day;
  let found = day;
  while (!isBusinessDay(found, holidays)) found = addDays(found, move === 'before' ? -1 : 1);
  return found;
}

export function localDay(at: number, zone: string): string {
  const latest = latestDays.get(zone);
  if (latest !== undefined && latest.from <= at && at < latest.to) return latest.day;
  const day = DateTime.fromMillis(at, { zone }).toISODate() ?? '';
  latestDays.set(zone, { day, from: startOf(day, zone), to: startOf(addDays(day, 1), zone) });
  return day;
}

/**
 * Epoch milliseconds at which a clock in `zone` first shows `time` (`HH:MM`) on `day`. Where clocks go forward past it, the
 * moment at which they show as much later as they skip; where they go back, the first of the two.
 */
export function instantOf(day: string, time: string, zone: string): number {
  return remembered(`${day} ${time} ${zone}`, () => {
    const [year, month, date] = day.split('-').map(Number);
    const [hour, minute] = time.split(':').map(Number);
    const found = DateTime.fromObject({ year, month, day: date, hour, minute }, { zone });
    return Math.min(...found.getPossibleOffsets().map((one) => one.toMillis()));
  });
}

/** When a local day begins. */
export function startOf(day: string, zone: string): number {
  return remembered(`${day} ${zone}`, () => {
    const [year, month, date] = day.split('-').map(Number);
    return DateTime.fromObject({ year, month, day: date }, { zone }).startOf('day').toMillis();
  });
}

/** Whoever is in the same zone asks for the same few moments, and finding one takes longer than all the rest of a look. */
function remembered(name: string, find: () => number): number {
  const known = moments.get(name);
  if (known !== undefined) return known;
  if (moments.size >= MOST_MOMENTS) moments.clear();
  const found = find();
  moments.set(name, found);
  return found;
}

/** The first moment from `now` on that is within the hours, and on a business day where days are moved. */
export function nextSending(
  now: number,
  zone: string,
  { hours, move, holidays }: { hours: SchedulePolicy['hours']; move: DayMove; holidays: readonly string[] },
): number {
  const at = withinHours(now, zone, hours);
  const today = localDay(at, zone);
  const day = moved(today, move, holidays);
  return day === today ? at : instantOf(day, hours.from, zone);
}

/** `now` where it is within the hours, else when they begin next. */
export function withinHours(now: number, zone: string, { from, to }: SchedulePolicy['hours']): number {
  const today = localDay(now, zone);
  const begin = instantOf(today, from, zone);
  if (now < begin) return begin;
  return now < instantOf(today, to, zone) ? now : instantOf(addDays(today, 1), from, zone);
}
