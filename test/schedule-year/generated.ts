/** A world of customers in twelve zones, the same for the same plan. */
import { draw } from '../delivery-week/draw.js';
import { habitFacts } from './habits.js';
import { loanFacts } from './loans.js';
import { peopleOf } from './people.js';
import type { Plan } from './plan.js';
import { DAY, type Fact, HOUR, MINUTE, WORLD_POLICY, type World } from './world.js';

export function generatedWorld(plan: Plan): World {
  const people = peopleOf(plan);
  const facts = people.flatMap((person): Fact[] => [...loanFacts(person, plan), ...habitFacts(person, plan)]);
  const from = Date.parse(plan.begin);
  const to = from + plan.days * DAY;
  return {
    seed: plan.seed,
    people,
    facts: facts.sort((a, b) => a.at - b.at),
    from,
    to,
    campaigns: campaignsBetween(from, to),
    downs: downsBetween(from, to, plan.seed),
    kills: plan.kills,
    policy: WORLD_POLICY,
    holidays: ['2026-10-12', '2026-11-16', '2026-12-24', '2026-12-25', '2027-01-01', '2027-02-24', '2027-03-26'],
    currency: 'EUR',
  };
}

/** One a month, at another hour each time. */
function campaignsBetween(from: number, to: number): World['campaigns'] {
  const campaigns: World['campaigns'] = [];
  for (let at = from + 9 * DAY + 7 * HOUR + 52 * MINUTE; at < to; at += 30 * DAY + 5 * HOUR) {
    campaigns.push({ name: `offer-${new Date(at).toISOString().slice(0, 7)}`, at });
  }
  return campaigns;
}

/** Minutes, hours, and now and then two days. `rarity`: so many times rarer than a few times a month. */
export function downsBetween(from: number, to: number, seed: number, rarity = 1): [number, number][] {
  const downs: [number, number][] = [];
  const chance = draw(seed, 'downs');
  for (let at = from + DAY; ; ) {
    at += Math.floor(((2 + chance.next() * 8) * rarity * DAY) / MINUTE) * MINUTE;
    const longest = chance.next() < 0.15 ? 2 * DAY : chance.next() < 0.5 ? 10 * MINUTE : 14 * HOUR;
    const end = at + Math.ceil((chance.next() * longest) / MINUTE) * MINUTE;
    if (end >= to) return downs;
    if (end > at) downs.push([at, end]);
    at = end;
  }
}
