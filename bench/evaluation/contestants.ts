/** Every way of evaluating the same rules: each is handed the same events and answers which rules match. */
import type { Drawn } from '../world/banking.js';
import type { Rule } from '../world/rules.js';

export interface Evaluator {
  name: string;
  asynchronous: boolean;
  /** Names of the rules that match an event, by its position in the list that the evaluator was made with; any order. */
  match(event: number): string[] | Promise<string[]>;
}

export interface World {
  rules: readonly Rule[];
  events: readonly Drawn[];
  /** Limits that rules declare as parameters are the customers' own. */
  parameters: boolean;
}

/** Own limits of the customer of an event, in minor units: half of the customers have one for every fifth rule. */
export function ownLimit(customer: string, rule: string, standard: number): number {
  const [customerNumber, ruleNumber] = [Number(customer.slice(1)), Number(rule.slice(5))];
  const hasOwn = customerNumber % 2 === 0 && ruleNumber % 5 === 0;
  return hasOwn ? standard + 1_000 * (1 + (customerNumber % 7)) : standard;
}

/** The event's data with amounts as integers of minor units, for those that know no money. */
export function plainFacts({ data, amount, balanceAfter }: Drawn): Record<string, unknown> {
  return { ...data, amount, balanceAfter };
}

export function rulesByType(rules: readonly Rule[]): Map<string, Rule[]> {
  const byType = new Map<string, Rule[]>();
  for (const rule of rules) {
    const list = byType.get(rule.type);
    if (list === undefined) byType.set(rule.type, [rule]);
    else list.push(rule);
  }
  return byType;
}
