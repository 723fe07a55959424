/** Walks condition trees and the shared conditions they refer to, without ever going round in circles. */
import type { Condition, LeafCondition, RuleDocument } from '../../contracts/rule.js';
import { isReference } from './leaf.js';
import { isObject } from './read-messages.js';

export type SharedConditions = Readonly<Record<string, Condition>>;

export function treesOf(rule: RuleDocument): Condition[] {
  return rule.rearm === undefined ? [rule.conditions] : [rule.conditions, rule.rearm];
}

/** Names of the parameters that the rule's conditions ask for. */
export function parametersUsed(rule: RuleDocument, conditions: SharedConditions): ReadonlySet<string> {
  const used = new Set<string>();
  for (const leaf of treesOf(rule).flatMap((tree) => leavesOf(tree, conditions, []))) {
    for (const side of [leaf, ...(isReference(leaf.value) ? [leaf.value] : [])]) {
      if (side.fact === 'parameter') used.add(String(side.params?.name));
    }
  }
  return used;
}

function leavesOf(condition: Condition, conditions: SharedConditions, seen: readonly string[]): LeafCondition[] {
  if ('all' in condition) return condition.all.flatMap((child) => leavesOf(child, conditions, seen));
  if ('any' in condition) return condition.any.flatMap((child) => leavesOf(child, conditions, seen));
  if ('not' in condition) return leavesOf(condition.not, conditions, seen);
  if (!('condition' in condition)) return [condition];
  const name = condition.condition;
  const named = seen.includes(name) ? undefined : conditions[name];
  return named === undefined ? [] : leavesOf(named, conditions, [...seen, name]);
}

/** Tolerates trees of any shape: they are looked at before they are known to be sound. */
export function refersTo(
  condition: unknown,
  wanted: string,
  conditions: SharedConditions,
  seen: readonly string[] = [],
): boolean {
  if (Array.isArray(condition)) return condition.some((child) => refersTo(child, wanted, conditions, seen));
  if (!isObject(condition)) return false;
  const name = condition.condition;
  if (typeof name === 'string') {
    if (name === wanted) return true;
    return !seen.includes(name) && refersTo(conditions[name], wanted, conditions, [...seen, name]);
  }
  return ['all', 'any', 'not'].some((key) => refersTo(condition[key], wanted, conditions, seen));
}
