/** Wall clocks of the world as `Intl` shows them, found by trying: nothing of the product, and nothing of Luxon. */
import { DAY, HOUR, MINUTE } from './world.js';

const formats = new Map<string, Intl.DateTimeFormat>();
const found = new Map<string, number>();

/** `2026-11-22 10:00` */
export function wallClock(at: number, zone: string): string {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' });
    formats.set(zone, format);
  }
  return format.format(at);
}

/** The first minute at which a wall clock shows it or, where it skips it, more. */
export function momentOf(day: string, time: string, zone: string): number {
  const name = `${day} ${time} ${zone}`;
  const known = found.get(name);
  if (known !== undefined) return known;
  const utc = Date.parse(`${day}T${time}:00Z`);
  let [low, high] = [utc - 15 * HOUR, utc + 15 * HOUR];
  while (high - low > MINUTE) {
    const middle = Math.floor((low + high) / 2 / MINUTE) * MINUTE;
    if (wallClock(middle, zone) >= `${day} ${time}`) high = middle;
    else low = middle;
  }
  found.set(name, high);
  return high;
}

export function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T12:00:00Z`) + days * DAY).toISOString().slice(0, 10);
}

/** 0 is Sunday. */
export function weekday(day: string): number {
  return new Date(`${day}T12:00:00Z`).getUTCDay();
}

export function isFree(day: string, holidays: readonly string[]): boolean {
  return [0, 6].includes(weekday(day)) || holidays.includes(day);
}

export function workingDay(day: string, step: 1 | -1 | 0, holidays: readonly string[]): string {
  return step !== 0 && isFree(day, holidays) ? workingDay(dayAfter(day, step), step, holidays) : day;
}

/** `22:00` to `07:00` passes midnight. */
export function isWithin(time: string, { from, to }: { from: string; to: string }): boolean {
  return from < to ? time >= from && time < to : time >= from || time < to;
}
