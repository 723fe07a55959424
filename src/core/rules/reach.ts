/** What can be said of a rule's conditions before any event: on which event types they can ever hold, and what is known once they do. */
import type { Condition, LeafCondition, ValueReference } from '../../contracts/rule.js';
import { schemaAt } from './event-paths.js';
import { isReference } from './leaf.js';
import { plainPath } from './value-kinds.js';

type Shared = Readonly<Record<string, Condition>>;

/** Whether the fact can be known on events of this type. */
export function canBeKnown({ fact, path }: ValueReference, type: string): boolean {
  switch (fact) {
    case 'transaction':
      return type.startsWith('transaction.');
    case 'login':
      return type === 'customer.login';
    case 'loan':
      return type.startsWith('loan.');
    case 'schedule':
      return type.startsWith('schedule.');
    case 'account':
      if (plainPath(path) === 'balanceAfter') return type === 'account.balance' || type.startsWith('transaction.');
      return !type.startsWith('customer.') && !type.startsWith('loan.');
    case 'location':
    case 'device':
      return schemaAt(type, fact) !== undefined;
    default:
      return true;
  }
}

/** Whether the comparison can be anything but unknown on events of this type. */
export function leafCanBeKnown(leaf: LeafCondition, type: string): boolean {
  if (leaf.operator.endsWith('present')) return leaf.value === false || canBeKnown(leaf, type);
  return canBeKnown(leaf, type) && (!isReference(leaf.value) || canBeKnown(leaf.value, type));
}

/** Whether the conditions can hold on events of this type, as far as missing facts decide it. */
export function canHold(condition: Condition, type: string, shared: Shared, seen: readonly string[] = []): boolean {
  if ('all' in condition) return condition.all.every((child) => canHold(child, type, shared, seen));
  if ('any' in condition) return condition.any.some((child) => canHold(child, type, shared, seen));
  if ('not' in condition) return canHold(condition.not, type, shared, seen);
  if (!('condition' in condition)) return leafCanBeKnown(condition, type);
  const named = follow(condition.condition, shared, seen);
  return named === undefined || canHold(named, type, shared, [...seen, condition.condition]);
}

/**
 * What is certainly known when the conditions hold, as message texts name it: `transaction.merchant.name`,
 * `account.balanceAfter`. What a comparison looked at was there.
 */
export function knownWhenHolding(
  condition: Condition,
  shared: Shared,
  wanted = true,
  seen: readonly string[] = [],
): ReadonlySet<string> {
  const of = (child: Condition) => knownWhenHolding(child, shared, wanted, seen);
  if ('all' in condition) return wanted ? union(condition.all.map(of)) : intersection(condition.all.map(of));
  if ('any' in condition) return wanted ? intersection(condition.any.map(of)) : union(condition.any.map(of));
  if ('not' in condition) return knownWhenHolding(condition.not, shared, !wanted, seen);
  if (!('condition' in condition)) return knownByLeaf(condition, wanted);
  const named = follow(condition.condition, shared, seen);
  if (named === undefined) return new Set();
  return knownWhenHolding(named, shared, wanted, [...seen, condition.condition]);
}

function knownByLeaf(leaf: LeafCondition, wanted: boolean): ReadonlySet<string> {
  if (leaf.operator.endsWith('present')) {
    // Decorated, it could mean anything.
    return leaf.operator === 'present' && leaf.value === wanted ? new Set(namesOf(leaf)) : new Set();
  }
  return new Set([...namesOf(leaf), ...(isReference(leaf.value) ? namesOf(leaf.value) : [])]);
}

function namesOf({ fact, path }: ValueReference): string[] {
  // The fact is the recipient, the texts' `customer` is the event's own data.
  if (fact === 'customer') return [];
  const name = `${fact}.${plainPath(path)}`;
  if (name === 'location.newCountry') return ['location.country'];
  return name === 'location.speed' ? ['location.distanceFromLast'] : [name];
}

function follow(name: string, shared: Shared, seen: readonly string[]): Condition | undefined {
  return seen.includes(name) || !Object.hasOwn(shared, name) ? undefined : shared[name];
}

function union(sets: readonly ReadonlySet<string>[]): ReadonlySet<string> {
  return new Set(sets.flatMap((set) => [...set]));
}

function intersection(sets: readonly ReadonlySet<string>[]): ReadonlySet<string> {
  const [first, ...others] = sets;
  return new Set([...(first ?? [])].filter((name) => others.every((set) => set.has(name))));
}
