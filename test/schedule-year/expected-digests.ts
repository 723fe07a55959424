/** Balance digests: every day of the calendar on which one that is chosen is due. */
import type { Life, Told } from './expected.js';
import { decidedAt, leavesAt } from './moments.js';
import { dayAfter, momentOf, wallClock, weekday } from './wall-clock.js';
import { afterDown, decimal, type Fact, type Frequency, type World } from './world.js';

const FREQUENCIES: readonly Frequency[] = ['daily', 'weekly', 'monthly'];

export function expectedDigests(life: Life): Told[] {
  return FREQUENCIES.flatMap((frequency) => spansOf(frequency, life).flatMap((span) => within(span, frequency, life)));
}

interface Span {
  from: number;
  to: number;
}

/** While it was chosen without a break. */
function spansOf(frequency: Frequency, { facts, world }: Life): Span[] {
  const spans: Span[] = [];
  let from: number | undefined;
  for (const fact of facts) {
    if (fact.kind !== 'chose') continue;
    const at = afterDown(fact.at, world.downs);
    const isChosen = fact.frequencies.includes(frequency);
    if (isChosen) from ??= at;
    else if (from !== undefined) {
      spans.push({ from, to: at });
      from = undefined;
    }
  }
  return from === undefined ? spans : [...spans, { from, to: Number.POSITIVE_INFINITY }];
}

function within({ from, to }: Span, frequency: Frequency, { person, facts, world }: Life): Told[] {
  const { zone } = person;
  const { hours } = world.policy;
  const end = Math.min(to, world.to);
  const told: Told[] = [];
  for (let day = dayAfter(wallClock(from, zone).slice(0, 10), -1); ; day = dayAfter(day, 1)) {
    const at = momentOf(day, hours.from, zone);
    if (at > end) return told;
    if (at <= from || !isDue(day, frequency, world)) continue;
    const until = momentOf(dayAfter(day, 1), '00:00', zone);
    const decided = decidedAt(at, zone, world);
    const leaves = leavesAt(decided, person, world);
    if (decided >= Math.min(until, to) || leaves >= until) continue;
    const text = `digest ${frequency} ${day} ${decimal(balanceAt(facts, decided, world))}`;
    told.push({ text, decided, at: leaves, until });
  }
}

function isDue(day: string, frequency: Frequency, { policy: { digests } }: World): boolean {
  if (frequency === 'weekly') return (weekday(day) || 7) === digests.weekday;
  return frequency === 'daily' || Number(day.slice(8)) === digests.dayOfMonth;
}

function balanceAt(facts: readonly Fact[], at: number, { downs }: World): number {
  let balance = Number.NaN;
  for (const fact of facts) {
    if (afterDown(fact.at, downs) > at) break;
    if (fact.kind === 'balance' || fact.kind === 'posted') balance = fact.balance;
  }
  return balance;
}
