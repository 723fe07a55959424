/** Accounts that are not used: 30, 60 and 90 days after the customer's last sign of life, unless there is one in between. */
import type { Life, Told } from './expected.js';
import { decidedAt, leavesAt } from './moments.js';
import { afterDown, DAY } from './world.js';

/** The rule's own `expires`. */
export const QUIET_EXPIRES = 7 * DAY;
export const QUIET_AFTER = [30, 60, 90];

export function expectedQuiet({ person, facts, world }: Life): Told[] {
  const signs = facts.flatMap((fact) => (fact.kind === 'posted' && !fact.byBank ? fact.at : []));
  return signs.flatMap((sign, index) => {
    const next = signs[index + 1];
    const returned = next === undefined ? Number.POSITIVE_INFINITY : afterDown(next, world.downs);
    return QUIET_AFTER.flatMap((days): Told[] => {
      const due = sign + days * DAY;
      const decided = decidedAt(Math.max(due, afterDown(sign, world.downs)), person.zone, world, true);
      const leaves = leavesAt(decided, person, world);
      const until = due + QUIET_EXPIRES;
      if (decided >= returned || decided > until || leaves >= until) return [];
      return [{ text: `quiet ${days}`, decided, at: leaves, until }];
    });
  });
}
