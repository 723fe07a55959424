/** Reminders of payments: each of the days on which one is planned, and whether it was still to be told then. */
import type { Life, Told } from './expected.js';
import { decidedAt, leavesAt } from './moments.js';
import { openAt } from './owed.js';
import { dayAfter, momentOf, workingDay } from './wall-clock.js';
import { decimal, type Fact } from './world.js';

type Due = Extract<Fact, { kind: 'due' }>;

interface Planned {
  rule: 'due' | 'overdue';
  days: number;
  at: number;
  until: number;
}

export function expectedReminders(life: Life): Told[] {
  const loans = new Map<string, Fact[]>();
  for (const fact of life.facts) {
    if (fact.kind !== 'due' && fact.kind !== 'paid') continue;
    const own = loans.get(fact.loanId) ?? [];
    loans.set(fact.loanId, own);
    own.push(fact);
  }
  return [...loans.values()].flatMap((facts) => ofLoan(facts, life));
}

/**
 * A day that is said again is the same plan; another day is another one, and so is a day that asks for more than was paid.
 * What was before a plan was said is not told.
 */
function ofLoan(facts: readonly Fact[], life: Life): Told[] {
  const told: Told[] = [];
  const latest = new Map<string, number>();
  const words = facts.flatMap((fact, index) =>
    fact.kind === 'due' && fact.withdrawn !== true ? [{ fact, index }] : [],
  );
  for (const { fact, index } of words.reverse()) {
    const name = `${fact.instalmentId} ${fact.due}`;
    const before = openAt(facts.slice(0, index), Number.POSITIVE_INFINITY, life.world).get(fact.instalmentId);
    if (before?.due === fact.due) continue;
    const next = latest.get(name) ?? Number.POSITIVE_INFINITY;
    latest.set(name, fact.at);
    for (const planned of plannedFor(fact, life)) {
      const one = planned.at < next ? toldOf(fact, planned, facts, life) : undefined;
      if (one !== undefined) told.push(one);
    }
  }
  return told;
}

function plannedFor({ due, isOrder }: Due, { person: { zone }, world }: Life): Planned[] {
  const { instalments, standingOrders, businessDays, hours } = world.policy;
  const { remindBefore, remindOnDay } = isOrder ? standingOrders : instalments;
  const offsets = [...remindBefore.map((days) => -days), ...(remindOnDay ? [0] : [])].sort((a, b) => a - b);
  const back = businessDays.reminders === 'none' ? 0 : -1;
  const forth = businessDays.overdue === 'none' ? 0 : 1;
  const opening = (day: string) => momentOf(day, hours.from, zone);
  const midnightAfter = (day: string) => momentOf(dayAfter(day, 1), '00:00', zone);
  const before = offsets.map((days) => ({ days, day: workingDay(dayAfter(due, days), back, world.holidays) }));
  const planned: Planned[] = [];
  for (const [index, { days, day }] of before.entries()) {
    const next = before[index + 1];
    // Two that business days bring to one day: only the later is told.
    if (next?.day === day) continue;
    const end = midnightAfter(due);
    const until = next === undefined ? end : Math.min(opening(next.day), end);
    planned.push({ rule: 'due', days: -days, at: opening(day), until });
  }
  for (const days of isOrder ? [] : instalments.overdueAfter) {
    const day = workingDay(dayAfter(due, days), forth, world.holidays);
    planned.push({ rule: 'overdue', days, at: opening(day), until: midnightAfter(day) });
  }
  return planned;
}

function toldOf(fact: Due, planned: Planned, facts: readonly Fact[], { person, world }: Life): Told | undefined {
  const { rule, days, at, until } = planned;
  if (at < fact.at) return undefined;
  const decided = decidedAt(Math.max(at, fact.at), person.zone, world);
  if (decided >= until) return undefined;
  const open = openAt(facts, decided, world).get(fact.instalmentId);
  if (open === undefined || open.due !== fact.due) return undefined;
  const leaves = leavesAt(decided, person, world);
  if (leaves >= until) return undefined;
  const still = openAt(facts, leaves, world).get(fact.instalmentId);
  if (still?.due !== fact.due || still.cents !== open.cents) return undefined;
  return { text: `${rule} ${fact.loanId} ${fact.due} ${days} ${decimal(open.cents)}`, decided, at: leaves, until };
}
