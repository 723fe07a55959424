/** The days on which a payment is told of: before it is due, on the day, and while it is overdue. */

import type { Plan } from './loans.js';
import { addDays, instantOf, moved, startOf, withinHours } from './local-time.js';
import type { SchedulePolicy } from './policy.js';

export interface Stage {
  kind: 'due' | 'overdue' | 'low-balance';
  /** From the due date: -3 is three days before it. */
  days: number;
  /** Grows from stage to stage; what was dealt with is remembered by it. */
  mark: number;
  /** When it is told, epoch milliseconds. */
  at: number;
  /** From when on it must not be told any more. */
  until: number;
}

export interface StageWorld {
  zone: string;
  policy: SchedulePolicy;
  /** `YYYY-MM-DD` */
  holidays: readonly string[];
}

/**
 * In the order of their time. A reminder is of use until the next one or, the last of them, until the due day is over; a
 * warning of a low balance until the next or until the due day begins; that something is overdue on its own day alone.
 * Where the business days bring two of a kind to one day, only the later is told.
 */
export function stagesOf(plan: Plan, world: StageWorld): Stage[] {
  const { zone, policy } = world;
  const endOfDay = startOf(addDays(plan.due, 1), zone);
  const { lowBalanceAhead } = policy;
  const warned = plan.accountId === undefined ? [] : lowBalanceAhead.map((days) => -days);
  return [
    ...chained(drafts('due', plan, remindersOf(plan, policy), world), endOfDay),
    ...chained(drafts('low-balance', plan, warned, world), startOf(plan.due, zone)),
    ...drafts('overdue', plan, overdueOf(plan, policy), world),
  ].sort((a, b) => a.at - b.at || a.mark - b.mark);
}

function remindersOf({ kind }: Plan, { instalments, standingOrders }: SchedulePolicy): number[] {
  const { remindBefore, remindOnDay } = kind === 'standing-order' ? standingOrders : instalments;
  return [...remindBefore.map((days) => -days), ...(remindOnDay ? [0] : [])];
}

function overdueOf({ kind }: Plan, { instalments }: SchedulePolicy): readonly number[] {
  return kind === 'standing-order' ? [] : instalments.overdueAfter;
}

/** One of a kind a day; `until` is the end of the day it is told on. */
function drafts(
  kind: Stage['kind'],
  plan: Plan,
  offsets: readonly number[],
  { zone, policy, holidays }: StageWorld,
): Stage[] {
  const move = kind === 'overdue' ? policy.businessDays.overdue : policy.businessDays.reminders;
  const byDay = new Map<string, Stage>();
  for (const days of [...new Set(offsets)].sort((a, b) => a - b)) {
    const day = moved(addDays(plan.due, days), move, holidays);
    const at = instantOf(day, policy.hours.from, zone);
    const until = startOf(addDays(day, 1), zone);
    byDay.set(day, { kind, days, mark: 2 * days + (kind === 'low-balance' ? 1 : 0), at, until });
  }
  return [...byDay.values()];
}

function chained(stages: readonly Stage[], end: number): Stage[] {
  return stages.map((stage, index) => ({ ...stage, until: Math.min(stages[index + 1]?.at ?? end, end) }));
}

export interface Look {
  /** To be told now; those whose time has passed among them are recorded as missed when they are decided. */
  raise: Stage[];
  /** What has been dealt with. */
  mark: number | undefined;
  /** When to look again, epoch milliseconds; undefined where all is done. */
  next: number | undefined;
}

/** `mark`: how far an earlier look came. What was due before the payment was known of (`since`) is not told. */
export function lookAt(
  stages: readonly Stage[],
  { since, mark, now }: { since: number; mark: number | undefined; now: number },
  { zone, policy }: Pick<StageWorld, 'zone' | 'policy'>,
): Look {
  const look: Look = { raise: [], mark, next: undefined };
  for (const stage of stages) {
    if (look.mark !== undefined && stage.mark <= look.mark) continue;
    if (stage.at >= since) {
      const tellAt = stage.at > now ? stage.at : now >= stage.until ? now : withinHours(now, zone, policy.hours);
      if (tellAt > now) return { ...look, next: Math.min(tellAt, stage.until) };
      look.raise.push(stage);
    }
    look.mark = stage.mark;
  }
  return look;
}
