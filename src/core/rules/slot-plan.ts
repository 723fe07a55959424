/** Puts slots into groups: a few hundred rules make one group; of more, those that are sorted by the same value stand together. */
import { type Column, type Entry, inOrder, readerFor } from './column.js';
import { compareOrdered, equalityDriver, isOrdered, isUpward, type Ordered, orderDriver } from './driver.js';
import { EqualityColumn } from './equality-column.js';
import type { Frame } from './frame.js';
import type { Constant, Literal, Subject } from './literal.js';
import { MoneyColumn, NumberColumn } from './order-column.js';
import { type SlotGroup, wideGroup } from './slot-group.js';
import { WORD, WordGroup } from './word-group.js';

export interface Slot {
  /** Position of its rule. */
  rule: number;
  literals: readonly Literal[];
  /** Something remains to be evaluated where the literals hold. */
  isOpen: boolean;
}

/** How values are read for the events of one type. */
export type ReaderFor = (subject: Subject) => (frame: Frame) => unknown;

/** Up to here, looking at all slots at once costs less than finding a part of them. */
const ONE_GROUP = 1024;
const SMALLEST_SORTED = 64;
/** A slot stands once for each constant of its list. */
const LONGEST_LIST = 8;

export function planGroups(slots: readonly Slot[], readerOf: ReaderFor): SlotGroup[] {
  if (slots.length <= ONE_GROUP) return slots.length === 0 ? [] : [plainGroup(slots, readerOf)];
  const diversity = diversityOf(slots);
  const sorted = new Map<string, { slot: Slot; by: Literal }[]>();
  const others: Slot[] = [];
  for (const slot of slots) {
    const by = sharpest(slot, diversity);
    if (by === undefined) others.push(slot);
    else file(sorted, `${columnKey(by)} ${isOrdered(by) && isUpward(by)}`, { slot, by });
  }
  const groups: SlotGroup[] = [];
  for (const members of sorted.values()) {
    if (members.length < SMALLEST_SORTED) others.push(...members.map(({ slot }) => slot));
    else groups.push(sortedGroup(members, readerOf));
  }
  if (others.length > 0) groups.push(plainGroup(others, readerOf));
  return groups;
}

function plainGroup(slots: readonly Slot[], readerOf: ReaderFor): SlotGroup {
  const parts = { slots, columns: columnsOf(slots, readerOf) };
  return slots.length <= WORD ? new WordGroup(parts) : wideGroup(parts);
}

function sortedGroup(members: readonly { slot: Slot; by: Literal }[], readerOf: ReaderFor): SlotGroup {
  const [first] = members as [{ slot: Slot; by: Literal }];
  const read = readerOf(first.by.subject);
  // The driver has said all there is to say of this literal.
  const without = ({ slot, by }: { slot: Slot; by: Literal }): Slot => ({
    ...slot,
    literals: slot.literals.filter((literal) => literal !== by),
  });
  if (first.by.kind === 'equality') {
    const byValue = new Map<Constant, Slot[]>();
    for (const member of members) {
      for (const value of new Set(member.by.kind === 'equality' ? member.by.values : [])) {
        file(byValue, value, without(member));
      }
    }
    const slots = [...byValue.values()].flat();
    const values = [...byValue].flatMap(([value, of]) => of.map(() => value));
    return wideGroup({ slots, columns: columnsOf(slots, readerOf), driver: equalityDriver(values, read) });
  }
  const ordered = [...members].sort((a, b) => compareOrdered(a.by as Ordered, b.by as Ordered));
  const slots = ordered.map(without);
  const driver = orderDriver(
    ordered.map(({ by }) => by as Ordered),
    read,
  );
  return wideGroup({ slots, columns: columnsOf(slots, readerOf), driver });
}

function columnKey({ kind, subject }: Literal): string {
  return `${kind} ${subject.key}`;
}

function columnsOf(slots: readonly Slot[], readerOf: ReaderFor): Column[] {
  const byKey = new Map<string, Map<number, Literal[]>>();
  for (const [slot, { literals }] of slots.entries()) {
    for (const literal of literals) {
      const key = columnKey(literal);
      const entries = byKey.get(key) ?? new Map<number, Literal[]>();
      byKey.set(key, entries);
      file(entries, slot, literal);
    }
  }
  return inOrder([...byKey.values()].map((entries) => columnOf(entries, slots.length, readerOf)));
}

function columnOf(bySlot: ReadonlyMap<number, Literal[]>, slots: number, readerOf: ReaderFor): Column {
  const entries = [...bySlot].map(([slot, literals]) => ({ slot, literals }));
  const { kind, subject } = [...bySlot.values()].flat()[0] as Literal;
  const read = readerOf(subject);
  switch (kind) {
    case 'equality':
      return new EqualityColumn(entries as Entry<'equality'>[], slots, read);
    case 'number':
      return new NumberColumn(entries as Entry<'number'>[], slots, read);
    case 'money':
      return new MoneyColumn(entries as Entry<'money'>[], slots, read);
  }
}

/** How many different constants the slots compare each value with: the more, the fewer slots each event concerns. */
function diversityOf(slots: readonly Slot[]): ReadonlyMap<string, number> {
  const constants = new Map<string, Set<unknown>>();
  for (const { literals } of slots) {
    for (const literal of literals) {
      const seen = constants.get(columnKey(literal)) ?? new Set();
      constants.set(columnKey(literal), seen);
      for (const value of literal.kind === 'equality' ? literal.values : [literal.bound]) seen.add(value);
    }
  }
  return new Map([...constants].map(([key, seen]) => [key, seen.size]));
}

/** An equality with one of many constants, then a bound, which lets about half of the slots through. */
function sharpest({ literals }: Slot, diversity: ReadonlyMap<string, number>): Literal | undefined {
  let best: Literal | undefined;
  let bestScore = 1.5;
  for (const literal of literals) {
    const score = sharpness(literal, diversity.get(columnKey(literal)) ?? 1);
    if (score <= bestScore) continue;
    best = literal;
    bestScore = score;
  }
  return best;
}

function sharpness(literal: Literal, different: number): number {
  if (literal.kind !== 'equality') return isOrdered(literal) ? 2 - 1 / different : 0;
  const { values, negated } = literal;
  return negated || values.length === 0 || values.length > LONGEST_LIST ? 0 : different / values.length;
}

function file<Key, Value>(lists: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

export function readersFor(type: string): { readerOf: ReaderFor; hasShared(): boolean; nextEvent(): void } {
  const shared = new Map<string, (frame: Frame) => unknown>();
  let clock = 0;
  return {
    hasShared: () => shared.size > 0,
    nextEvent() {
      clock += 1;
    },
    readerOf(subject) {
      const read = readerFor(subject, type);
      if (subject.cost < COSTLY) return read;
      const known = shared.get(subject.key) ?? onceAnEvent(read, () => clock);
      shared.set(subject.key, known);
      return known;
    },
  };
}

/** From here, what was read is remembered for the groups that ask next. */
const COSTLY = 10;

function onceAnEvent(read: (frame: Frame) => unknown, clock: () => number): (frame: Frame) => unknown {
  let readAt = -1;
  let value: unknown;
  return (frame) => {
    if (readAt !== clock()) {
      value = read(frame);
      readAt = clock();
    }
    return value;
  };
}
