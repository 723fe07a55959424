/**
 * Finds the rules that may hold for an event without looking at the others: each rule is filed under one comparison that it
 * cannot hold without, and one look-up or binary search per value tells for all rules filed there. So the cost follows
 * what an event satisfies, not how many rules there are. What is left out is certainly false; whatever is not known
 * leaves nothing out, so the answer is the same as without an index.
 */
import { parseAmount } from '../event/money.js';
import type { Frame } from './frame.js';
import type { Leaf, Ordering, Probe } from './leaf.js';
import { isMoney } from './money-value.js';
import type { Node } from './node.js';

export interface Indexed {
  node: Node;
  /** Looked at for every event, such as edge rules, whose memory changes when they are false. */
  always: boolean;
}

export interface RuleIndex<Rule> {
  /** All of them, in their order. */
  readonly rules: readonly Rule[];
  /** Those that may hold, in the same order. */
  candidates(frame: Frame): readonly Rule[];
}

/** Positions of rules in the list. */
interface Group {
  collect(frame: Frame, into: number[]): void;
}

export function indexRules<Rule extends Indexed>(rules: readonly Rule[]): RuleIndex<Rule> {
  const filed = new Map<string, { probe: Probe; position: number }[]>();
  const always: number[] = [];
  const diversity = diversityOf(rules);
  for (const [position, rule] of rules.entries()) {
    const probe = rule.always ? undefined : chooseProbe(rule.node, diversity);
    if (probe === undefined) always.push(position);
    else file(filed, `${probe.kind} ${probe.key}`, { probe, position });
  }
  const groups = [...filed.values()].map(groupOf);
  return {
    rules,
    candidates(frame) {
      if (groups.length === 0) return rules;
      const positions = [...always];
      for (const group of groups) group.collect(frame, positions);
      if (positions.length > 1) positions.sort((a, b) => a - b);
      return positions.map((position) => rules[position] as Rule);
    },
  };
}

/** Comparisons that have to be true for the whole to be true. */
function necessary(node: Node): Leaf[] {
  if (node.kind === 'leaf') return [node.leaf];
  return node.kind === 'all' ? node.children.flatMap(necessary) : [];
}

/** How many different constants the rules compare each value with: the more, the fewer rules each event concerns. */
function diversityOf(rules: readonly Indexed[]): ReadonlyMap<string, number> {
  const constants = new Map<string, Set<unknown>>();
  for (const { node } of rules) {
    for (const { probe } of necessary(node)) {
      if (probe === undefined) continue;
      const seen = constants.get(probe.key) ?? new Set();
      for (const value of probe.kind === 'among' ? probe.values : [probe.bound]) seen.add(value);
      constants.set(probe.key, seen);
    }
  }
  return new Map([...constants].map(([key, seen]) => [key, seen.size]));
}

/** An equality with one of many constants is the sharpest, then a threshold, which lets about half of the rules through. */
function chooseProbe(node: Node, diversity: ReadonlyMap<string, number>): Probe | undefined {
  let best: Probe | undefined;
  let bestScore = 0;
  for (const { probe } of necessary(node)) {
    if (probe === undefined) continue;
    const different = diversity.get(probe.key) ?? 1;
    const score = probe.kind === 'among' ? different / probe.values.length : 2 - 1 / different;
    if (score > bestScore) {
      best = probe;
      bestScore = score;
    }
  }
  return best;
}

function file<Value>(groups: Map<string, Value[]>, key: string, value: Value): void {
  const list = groups.get(key);
  if (list === undefined) groups.set(key, [value]);
  else list.push(value);
}

function groupOf(members: readonly { probe: Probe; position: number }[]): Group {
  const [first] = members;
  if (first === undefined || first.probe.kind === 'among') return equalityGroup(members);
  return orderedGroup(members, first.probe.kind);
}

function equalityGroup(members: readonly { probe: Probe; position: number }[]): Group {
  const everyone = members.map(({ position }) => position);
  const byValue = new Map<unknown, number[]>();
  for (const { probe, position } of members) {
    if (probe.kind !== 'among') continue;
    for (const value of new Set(probe.values)) {
      const list = byValue.get(value) ?? [];
      list.push(position);
      byValue.set(value, list);
    }
  }
  const read = members[0]?.probe.read;
  return {
    collect(frame, into) {
      const value = read?.(frame);
      // The library compares by identity; anything but a constant is left to it.
      const isConstant = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
      for (const position of isConstant ? (byValue.get(value) ?? []) : everyone) into.push(position);
    },
  };
}

/** Bounds in ascending order, each with the rule it belongs to; `unread` are those that this currency cannot express. */
interface Bounds {
  bounds: readonly number[];
  positions: readonly number[];
  unread: readonly number[];
}

function orderedGroup(members: readonly { probe: Probe; position: number }[], ordering: Ordering): Group {
  const everyone = members.map(({ position }) => position);
  const byCurrency = new Map<string, Bounds>();
  const read = members[0]?.probe.read;

  function boundsIn(currency: string): Bounds {
    let known = byCurrency.get(currency);
    if (known === undefined) {
      known = sortBounds(members, currency);
      byCurrency.set(currency, known);
    }
    return known;
  }

  return {
    collect(frame, into) {
      const value = read?.(frame);
      const number = isMoney(value) ? value.minor : value;
      if (typeof number !== 'number' || Number.isNaN(number)) {
        for (const position of everyone) into.push(position);
        return;
      }
      const { bounds, positions, unread } = boundsIn(isMoney(value) ? value.currency : '');
      const [from, to] = satisfied(bounds, number, ordering);
      for (let index = from; index < to; index++) into.push(positions[index] as number);
      for (const position of unread) into.push(position);
    },
  };
}

function sortBounds(members: readonly { probe: Probe; position: number }[], currency: string): Bounds {
  const read: { bound: number; position: number }[] = [];
  const unread: number[] = [];
  for (const { probe, position } of members) {
    const bound = probe.kind === 'among' ? undefined : boundIn(probe, currency);
    if (bound === undefined) unread.push(position);
    else read.push({ bound, position });
  }
  read.sort((a, b) => a.bound - b.bound);
  return { bounds: read.map(({ bound }) => bound), positions: read.map(({ position }) => position), unread };
}

/** In minor units of the currency for money; undefined where it cannot be written in it, which the rule itself has to say. */
function boundIn(probe: Probe & { bound: number | string; money: boolean }, currency: string): number | undefined {
  if (!probe.money) return typeof probe.bound === 'number' ? probe.bound : undefined;
  try {
    return parseAmount(String(probe.bound), currency, { negative: true }).minor;
  } catch {
    return undefined;
  }
}

/** The part of the sorted bounds that `value` satisfies. */
function satisfied(bounds: readonly number[], value: number, ordering: Ordering): [from: number, to: number] {
  switch (ordering) {
    case 'greaterThanInclusive':
      return [0, firstAbove(bounds, value)];
    case 'greaterThan':
      return [0, firstAtLeast(bounds, value)];
    case 'lessThanInclusive':
      return [firstAtLeast(bounds, value), bounds.length];
    case 'lessThan':
      return [firstAbove(bounds, value), bounds.length];
  }
}

function firstAbove(sorted: readonly number[], value: number): number {
  return search(sorted, (bound) => bound > value);
}

function firstAtLeast(sorted: readonly number[], value: number): number {
  return search(sorted, (bound) => bound >= value);
}

function search(sorted: readonly number[], isBeyond: (bound: number) => boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBeyond(sorted[middle] as number)) high = middle;
    else low = middle + 1;
  }
  return low;
}
