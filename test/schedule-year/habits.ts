/** What customers do with their accounts and choose: digests, consents, STOP and START, and times without a sign of life. */
import { draw } from '../delivery-week/draw.js';
import type { Plan } from './plan.js';
import { DAY, type Fact, type Frequency, HOUR, MINUTE, type Person } from './world.js';

export function habitFacts(person: Person, plan: Plan): Fact[] {
  const from = Date.parse(plan.begin);
  const to = from + plan.days * DAY;
  return [...choices(person, plan), ...moves(person, plan), ...consents(person, plan), ...offers(person, plan)].filter(
    ({ at }) => at >= from && at < to,
  );
}

/** 3 % daily, 10 % weekly, 30 % monthly, and a few two at once; one in five chooses anew on the way. */
function choices({ id }: Person, { seed, begin, days }: Plan): Fact[] {
  const chance = draw(seed, 'choice', id);
  const from = Date.parse(begin);
  const chosen = frequenciesAt(chance.next());
  const chose = (at: number, frequencies: Frequency[]): Fact => ({ kind: 'chose', customerId: id, at, frequencies });
  const first = chosen.length === 0 ? [] : [chose(from + chance.between(2, 12) * HOUR + 37 * MINUTE, chosen)];
  if (chance.next() > 0.2) return first;
  const at = from + chance.between(2, days) * DAY + chance.between(0, 24) * HOUR + 37 * MINUTE;
  return [...first, chose(at, chosen.length > 0 && chance.next() < 0.5 ? [] : frequenciesAt(chance.next() * 0.45))];
}

function frequenciesAt(share: number): Frequency[] {
  if (share < 0.03) return ['daily'];
  if (share < 0.13) return ['weekly'];
  if (share < 0.43) return ['monthly'];
  return share < 0.45 ? ['weekly', 'monthly'] : [];
}

/** Every account has a balance; one in seven is used, with long times in between in which only the bank posts. */
function moves({ id }: Person, { seed, begin, days }: Plan): Fact[] {
  const chance = draw(seed, 'account', id);
  const from = Date.parse(begin);
  const to = from + days * DAY;
  const balance = () => chance.between(100, 500_000);
  const facts: Fact[] = [{ kind: 'balance', customerId: id, at: from + MINUTE, balance: balance() }];
  const hourly = (at: number) => Math.floor(at / HOUR) * HOUR + 37 * MINUTE;
  const isUsed = chance.next() < 0.15;
  if (isUsed) {
    for (let at = from + chance.between(1, 20) * DAY; at < to; at += (1 + 110 * chance.next() ** 2) * DAY) {
      facts.push({ kind: 'posted', customerId: id, at: hourly(at), balance: balance(), byBank: false });
    }
  }
  if (!isUsed && chance.next() > 0.3) return facts;
  for (let at = from + chance.between(5, 60) * DAY; at < to; at += 61 * DAY) {
    facts.push({ kind: 'posted', customerId: id, at: hourly(at) + 5 * MINUTE, balance: balance(), byBank: true });
  }
  return facts;
}

/** Half have agreed to offers; some of them withdraw that, agree again, or write STOP and START. */
function consents({ id }: Person, { seed, begin, days }: Plan): Fact[] {
  const chance = draw(seed, 'consent', id);
  const from = Date.parse(begin);
  if (chance.next() > 0.5) return [];
  const facts: Fact[] = [];
  let at = from + chance.between(0, 60) * DAY + chance.between(0, 24) * HOUR + 37 * MINUTE;
  const say = (fact: { kind: 'consent'; granted: boolean } | { kind: 'reply'; word: 'STOP' | 'START' }) =>
    facts.push({ ...fact, at, customerId: id });
  const wait = () => {
    at += chance.between(1, Math.max(2, Math.floor(days / 3))) * DAY + chance.between(0, 24) * HOUR;
  };
  say({ kind: 'consent', granted: true });
  wait();
  const share = chance.next();
  if (share < 0.3) say({ kind: 'consent', granted: false });
  else if (share < 0.5) say({ kind: 'reply', word: 'STOP' });
  else return facts;
  wait();
  if (chance.next() < 0.5) return facts;
  say(share < 0.3 ? { kind: 'consent', granted: true } : { kind: 'reply', word: 'START' });
  return facts;
}

/** The core system's own, to one in thirty at a time. */
function offers({ id }: Person, { seed, begin, days }: Plan): Fact[] {
  const from = Date.parse(begin);
  const facts: Fact[] = [];
  for (let at = from + 9 * DAY + 3 * HOUR + 52 * MINUTE; at < from + days * DAY; at += 30 * DAY + 5 * HOUR) {
    const name = `note-${new Date(at).toISOString().slice(0, 7)}`;
    const chance = draw(seed, name, id);
    if (chance.next() > 0.03) continue;
    facts.push({ kind: 'offer', customerId: id, at, name, isRolledBack: chance.next() < 0.3 });
  }
  return facts;
}
