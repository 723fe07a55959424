/** Campaigns and offers: to whoever has agreed, when it is decided and when it leaves, and never outside their hours. */
import type { Life, Told } from './expected.js';
import { leavesAt } from './moments.js';
import { afterDown, type Fact, MINUTE, type World } from './world.js';

/** A campaign goes through its customers page by page, beside everything else. */
const CAMPAIGN_TAKES = 5 * MINUTE;

export function expectedOffers({ person, facts, world }: Life): Told[] {
  const until = Number.POSITIVE_INFINITY;
  const offers = facts.flatMap((fact): Told[] => {
    if (fact.kind !== 'offer' || fact.isRolledBack) return [];
    const decided = afterDown(fact.at, world.downs);
    return [{ text: offerText(fact.name), decided, at: leavesAt(decided, person, world), until }];
  });
  const campaigns = world.campaigns.map(({ name, at }): Told => {
    const decided = afterDown(at, world.downs);
    const leaves = leavesAt(decided, person, world, true);
    return { text: offerText(name), decided, at: leaves, until, takes: CAMPAIGN_TAKES };
  });
  return [...offers, ...campaigns].filter(
    ({ decided, at }) => hasAgreed(facts, decided, world) && hasAgreed(facts, at, world),
  );
}

export function offerText(name: string): string {
  return `${name} Reply STOP to opt out.`;
}

function hasAgreed(facts: readonly Fact[], at: number, { downs }: World): boolean {
  const said = facts.filter((fact) => fact.kind === 'consent' && afterDown(fact.at, downs) <= at).at(-1);
  return said?.kind === 'consent' && said.granted;
}
