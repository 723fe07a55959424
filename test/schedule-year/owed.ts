/** What is open of a loan at a moment: a replay of the facts that had reached the service by then. */
import { afterDown, type Fact, type World } from './world.js';

export interface Owed {
  due: string;
  cents: number;
  isOrder: boolean;
  version: number;
  paid: number;
  /** When this day was first said. */
  since: number;
}

interface Open {
  cents: number;
  due: string;
}

/** By instalment; undefined where nothing is to be paid any more. */
export function openAt(facts: readonly Fact[], at: number, { downs }: World): Map<string, Open> {
  const owed = new Map<string, Owed>();
  const settled = new Set<string>();
  const paidBefore = new Map<string, number>();
  let [version, credit, allSettled] = [0, 0, false];
  for (const fact of facts) {
    if (afterDown(fact.at, downs) > at) break;
    if (fact.kind === 'due') {
      const own = fact.version ?? version;
      if (own < version) continue;
      if (own > version) {
        version = own;
        for (const [id, one] of owed) if (one.paid < one.cents && !settled.has(id) && !allSettled) owed.delete(id);
      }
      const known = owed.get(fact.instalmentId);
      const paid = known?.paid ?? paidBefore.get(fact.instalmentId) ?? 0;
      paidBefore.set(fact.instalmentId, paid);
      if (fact.withdrawn === true) owed.delete(fact.instalmentId);
      else {
        const { due, cents, isOrder } = fact;
        const since = known?.due === due ? known.since : fact.at;
        owed.set(fact.instalmentId, { due, cents, isOrder, version, paid, since });
      }
    } else if (fact.kind === 'paid') {
      const { instalmentId, cents } = fact;
      if (instalmentId === undefined) {
        credit += cents;
        allSettled ||= fact.settled === true;
      } else {
        const one = owed.get(instalmentId);
        if (one === undefined) paidBefore.set(instalmentId, (paidBefore.get(instalmentId) ?? 0) + cents);
        else one.paid += cents;
        if (fact.settled === true) settled.add(instalmentId);
      }
    }
    if (credit > 0 && !allSettled) credit = pour(credit, owed, settled);
  }
  const open = new Map<string, Open>();
  for (const [id, { due, cents, paid }] of owed) {
    if (!allSettled && !settled.has(id) && paid < cents) open.set(id, { due, cents: cents - paid });
  }
  return open;
}

/** What is due first is paid first; returns what is left. */
function pour(credit: number, owed: Map<string, Owed>, settled: ReadonlySet<string>): number {
  let left = credit;
  for (const [id, one] of [...owed].sort(([a, one], [b, two]) => (one.due + a < two.due + b ? -1 : 1))) {
    if (settled.has(id)) continue;
    const part = Math.min(left, Math.max(0, one.cents - one.paid));
    one.paid += part;
    left -= part;
  }
  return left;
}
