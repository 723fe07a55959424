/**
 * What must be told in a world of `schedules-world.ts`, worked out the other way round: day by day from the calendar and the
 * customer's wall clock, without anything of the product, of Luxon, or of events and looks.
 */
import { afterDown, decimal, lineOf, type Obligation, type ScheduleWorld } from './schedules-world.js';

const DAY = 86_400_000;
const MINUTE = 60_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/** `2026-11-22 10:00` on a wall clock. */
function wallClock(at: number, zone: string): string {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' });
    formats.set(zone, format);
  }
  return format.format(at);
}

const found = new Map<string, number>();

/** The first minute at which a wall clock shows it or, where it skips it, more: found by trying what the world's offsets can be. */
function momentOf(day: string, time: string, zone: string): number {
  const name = `${day} ${time} ${zone}`;
  const known = found.get(name);
  if (known !== undefined) return known;
  const utc = Date.parse(`${day}T${time}:00Z`);
  let [low, high] = [utc - 15 * 60 * MINUTE, utc + 15 * 60 * MINUTE];
  while (high - low > MINUTE) {
    const middle = Math.floor((low + high) / 2 / MINUTE) * MINUTE;
    if (wallClock(middle, zone) >= `${day} ${time}`) high = middle;
    else low = middle;
  }
  found.set(name, high);
  return high;
}

const dayAfter = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T12:00:00Z`) + days * DAY).toISOString().slice(0, 10);

function isFree(day: string, holidays: readonly string[]): boolean {
  return [0, 6].includes(new Date(`${day}T12:00:00Z`).getUTCDay()) || holidays.includes(day);
}

function workingDay(day: string, step: 1 | -1 | 0, holidays: readonly string[]): string {
  return step !== 0 && isFree(day, holidays) ? workingDay(dayAfter(day, step), step, holidays) : day;
}

export function expectedIn(world: ScheduleWorld): string[] {
  const zones = new Map(world.customers.map(({ id, zone }) => [id, zone]));
  return [
    ...world.obligations.flatMap((one) => remindersOf(one, zones.get(one.customerId) ?? '', world)),
    ...digestsIn(world),
  ].sort();
}

function remindersOf(one: Obligation, zone: string, world: ScheduleWorld): string[] {
  const { instalments, standingOrders, businessDays, hours } = world.policy;
  const isOrder = one.kind === 'standing-order';
  const { remindBefore, remindOnDay } = isOrder ? standingOrders : instalments;
  const back = businessDays.reminders === 'none' ? 0 : -1;
  const forth = businessDays.overdue === 'none' ? 0 : 1;
  const offsets = [...remindBefore.map((days) => -days), ...(remindOnDay ? [0] : [])].sort((a, b) => a - b);
  const before = offsets.map((days) => ({ days, day: workingDay(dayAfter(one.due, days), back, world.holidays) }));
  const lines: string[] = [];
  const tell = (rule: string, days: number, at: number, until: number) => {
    if (at < one.knownAt) return;
    const toldAt = sendingTime(Math.max(at, afterDown(one.knownAt, world.downs)), zone, world);
    if (toldAt >= until || toldAt > world.to) return;
    const paid = one.payments
      .filter((payment) => afterDown(payment.at, world.downs) <= toldAt)
      .reduce((sum, { cents }) => sum + cents, 0);
    if (paid < one.cents) {
      lines.push(
        lineOf(one.customerId, rule, `${one.instalmentId} ${Math.abs(days)}`, toldAt, decimal(one.cents - paid)),
      );
    }
  };
  for (const [index, { days, day }] of before.entries()) {
    const next = before[index + 1];
    if (next?.day === day) continue;
    const end = momentOf(dayAfter(one.due, 1), '00:00', zone);
    const until = next === undefined ? end : Math.min(momentOf(next.day, hours.from, zone), end);
    tell('payment-due', days, momentOf(day, hours.from, zone), until);
  }
  for (const days of isOrder ? [] : instalments.overdueAfter) {
    const day = workingDay(dayAfter(one.due, days), forth, world.holidays);
    tell('payment-overdue', days, momentOf(day, hours.from, zone), momentOf(dayAfter(day, 1), '00:00', zone));
  }
  return lines;
}

/** When the service is there and the customer's clock is within the hours. */
function sendingTime(planned: number, zone: string, world: ScheduleWorld): number {
  const { from, to } = world.policy.hours;
  let at = planned;
  for (;;) {
    const up = Math.ceil(afterDown(at, world.downs) / MINUTE) * MINUTE;
    const [day = '', time = ''] = wallClock(up, zone).split(' ');
    if (time >= from && time < to) return up;
    at = momentOf(time < from ? day : dayAfter(day, 1), from, zone);
    if (at <= up) return up;
  }
}

function digestsIn(world: ScheduleWorld): string[] {
  const { digests, hours } = world.policy;
  const lines: string[] = [];
  for (const { id, zone, frequencies } of world.customers) {
    const first = wallClock(world.from, zone).slice(0, 10);
    for (let day = dayAfter(first, -1); momentOf(day, hours.from, zone) <= world.to; day = dayAfter(day, 1)) {
      const at = momentOf(day, hours.from, zone);
      if (at <= world.from) continue;
      for (const frequency of frequencies) {
        if (frequency === 'weekly' && (new Date(`${day}T12:00:00Z`).getUTCDay() || 7) !== digests.weekday) continue;
        if (frequency === 'monthly' && Number(day.slice(8)) !== digests.dayOfMonth) continue;
        const toldAt = sendingTime(at, zone, world);
        if (toldAt >= momentOf(dayAfter(day, 1), '00:00', zone) || toldAt > world.to) continue;
        lines.push(lineOf(id, 'balance-digest', `${frequency} ${day}`, toldAt, '100.00'));
      }
    }
  }
  return lines;
}
