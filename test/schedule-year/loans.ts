/** Loans and standing orders: what the bank says is due, how that changes, and how it is paid. */
import { type Draw, draw } from '../delivery-week/draw.js';
import type { Plan } from './plan.js';
import { DAY, type Fact, HOUR, MINUTE, type Person, SECOND } from './world.js';

type Due = Extract<Fact, { kind: 'due' }>;

/** The bank tells at night, customers pay through the day. */
const NIGHT = 2 * HOUR + 37 * MINUTE;

export function loanFacts(person: Person, { seed, begin, days }: Plan): Fact[] {
  const chance = draw(seed, 'loan', person.id);
  const kind = chance.next();
  if (kind > 0.55) return [];
  const from = Date.parse(begin);
  const story: Story = { chance, person, loanId: `L${person.id}`, from, to: from + days * DAY, isOrder: kind > 0.42 };
  const months = plannedMonths(story);
  const facts = months.flatMap((due) => [due, ...paymentsOf(story, due)]);
  return changed(story, months, facts).filter(({ at }) => at >= from + MINUTE && at < story.to);
}

interface Story {
  chance: Draw;
  person: Person;
  loanId: string;
  from: number;
  to: number;
  isOrder: boolean;
}

/** An instalment a month; of some loans all are told at once, of others each some weeks ahead. */
function plannedMonths({ chance, person, loanId, from, to, isOrder }: Story): Due[] {
  const dayOfMonth = chance.between(1, 32);
  const cents = chance.between(1_000, 100_000);
  const allAtOnce = chance.next() < 0.3;
  const ahead = chance.between(5, 30);
  const dues: Due[] = [];
  for (let month = 0; ; month++) {
    const due = dayIn(from, month, dayOfMonth);
    const dueAt = Date.parse(due);
    if (dueAt > to + 30 * DAY) return dues;
    if (dueAt < from) continue;
    const at = Math.max(from + DAY + NIGHT, allAtOnce ? 0 : dueAt - ahead * DAY + NIGHT);
    const instalmentId = `${loanId}/${due.slice(0, 7)}`;
    dues.push({ kind: 'due', at, customerId: person.id, loanId, instalmentId, due, cents: cents + month, isOrder });
  }
}

function dayIn(from: number, months: number, dayOfMonth: number): string {
  const start = new Date(from);
  const [year, month] = [start.getUTCFullYear(), start.getUTCMonth() + months];
  const last = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return new Date(Date.UTC(year, month, Math.min(dayOfMonth, last))).toISOString().slice(0, 10);
}

/** Before, between and after the reminders; some within seconds of the hour at which reminders leave somewhere. */
function paymentsOf({ chance, person, loanId }: Story, { due, cents, instalmentId, at: knownAt }: Due): Fact[] {
  const about = { kind: 'paid' as const, customerId: person.id, loanId, instalmentId };
  const dueAt = Date.parse(due);
  const hourly = (days: number) => {
    const at = Math.floor((dueAt + days * DAY) / HOUR) * HOUR + 37 * MINUTE;
    return Math.max(at, knownAt - chance.between(0, 3) * HOUR);
  };
  const share = chance.next();
  if (share < 0.5) return [{ ...about, at: hourly(-12 + chance.next() * 12), cents }];
  if (share < 0.7) {
    const quarter = chance.between(0, 96) * 15 * MINUTE;
    return [{ ...about, at: dueAt - chance.between(0, 8) * DAY + quarter + chance.between(-3, 6) * SECOND, cents }];
  }
  if (share < 0.8) {
    const part = chance.between(1, cents);
    const first = hourly(-10 + chance.next() * 10);
    return [
      { ...about, at: first, cents: part },
      { ...about, at: Math.max(first + HOUR, hourly(chance.next() * 20)), cents: cents - part },
    ];
  }
  const wholeLoan = { kind: 'paid' as const, customerId: person.id, loanId };
  if (share < 0.85) return [{ ...wholeLoan, at: Math.max(knownAt + HOUR, hourly(-3 + chance.next() * 6)), cents }];
  if (share < 0.88) return [{ ...about, at: hourly(-5 + chance.next() * 10), cents: 1, settled: true }];
  return share < 0.95 ? [{ ...about, at: hourly(1 + chance.next() * 25), cents }] : [];
}

/** One in four schedules changes: a day or an amount is another, one is taken back, all is planned anew, or all is settled. */
function changed(story: Story, dues: readonly Due[], facts: Fact[]): Fact[] {
  const { chance, person, loanId, to } = story;
  const share = chance.next();
  const one = dues[chance.between(0, dues.length)];
  if (one === undefined || share > 0.25) return facts;
  const later = Math.max(one.at + HOUR, Date.parse(one.due) - chance.between(0, 9) * DAY + NIGHT);
  const moved = new Date(Date.parse(one.due) + chance.between(2, 15) * DAY).toISOString().slice(0, 10);
  if (share < 0.08) return [...facts, { ...one, at: later, due: moved }];
  if (share < 0.13) return [...facts, { ...one, at: later, cents: one.cents + chance.between(1, 5_000) }];
  if (share < 0.17) return [...facts, { ...one, at: later, withdrawn: true }];
  if (share < 0.2)
    return [...facts, { kind: 'paid', at: later, customerId: person.id, loanId, cents: 1, settled: true }];
  return [...facts.filter((fact) => isBefore(fact, later)), ...anew(story, dues, later, to)];
}

/** What was told and paid until then. */
function isBefore(fact: Fact, at: number): boolean {
  return fact.at < at;
}

/** A new schedule on other days, told at once. */
function anew(story: Story, dues: readonly Due[], at: number, to: number): Fact[] {
  const { chance } = story;
  const shift = chance.between(1, 20);
  return dues.flatMap((old): Fact[] => {
    const due = new Date(Date.parse(old.due) + shift * DAY).toISOString().slice(0, 10);
    if (Date.parse(due) < at || at >= to) return [];
    const fresh: Due = { ...old, at, due, instalmentId: `${old.instalmentId}b`, cents: old.cents + 77, version: 2 };
    return [fresh, ...paymentsOf(story, fresh)];
  });
}
