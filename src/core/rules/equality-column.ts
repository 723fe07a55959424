/** `equal`, `in` and their negations on one value: a row for each constant that any rule names, and one for all others. */
import { type Column, complementOf, type Entry, NOT_KNOWN, PARTLY, touchedBy } from './column.js';
import { type Frame, WARMING } from './frame.js';
import type { Constant } from './literal.js';
import { type Narrowing, setBit } from './narrowing.js';

/** Slots whose answer for one constant differs from that for all others. */
interface Exceptions {
  stay: number[];
  go: number[];
}

export class EqualityColumn implements Column {
  readonly touched: Int32Array;
  readonly shares: ReadonlyMap<number, number>;
  readonly cost: number;
  readonly read: (frame: Frame) => unknown;
  /** The first row is for values that no rule names. */
  readonly rows: Int32Array;
  /** Where the row of a constant starts; below zero, which of `sparse` it has. */
  private readonly offsets = new Map<unknown, number>();
  private readonly sparse: { stay: Int32Array; go: Int32Array }[] = [];
  private current = 0;

  constructor(entries: readonly Entry<'equality'>[], slots: number, read: (frame: Frame) => unknown) {
    this.touched = touchedBy(entries, slots);
    this.cost = entries[0]?.literals[0]?.subject.cost ?? 1;
    this.read = read;
    const { other, exceptions } = readEntries(entries, complementOf(this.touched));
    this.rows = this.makeRows(other, exceptions);
    this.shares = new Map(entries.map((entry) => [entry.slot, shareOf(entry, exceptions.size)]));
  }

  locate(frame: Frame): number {
    const value = this.read(frame);
    if (value === undefined || value === WARMING) return NOT_KNOWN;
    const offset = this.offsets.get(value);
    if (offset === undefined) return 0;
    if (offset >= 0) return offset;
    this.current = -offset - 1;
    return PARTLY;
  }

  narrow(narrowing: Narrowing): void {
    const { stay, go } = this.sparse[this.current] as { stay: Int32Array; go: Int32Array };
    narrowing.keepExcept(this.rows, 0, stay, go);
  }

  /** The first word of each constant's row; where a row has one word only. */
  words(): Map<unknown, number> {
    return new Map([...this.offsets].map(([value, offset]) => [value, this.rows[offset] as number]));
  }

  /** A row of its own where that takes no more room than the list of exceptions. */
  private makeRows(other: Int32Array, exceptions: ReadonlyMap<Constant, Exceptions>): Int32Array {
    const rows = [other];
    for (const [value, { stay, go }] of exceptions) {
      if (stay.length + go.length < other.length / 2) {
        this.sparse.push({ stay: Int32Array.from(stay), go: Int32Array.from(go) });
        this.offsets.set(value, -this.sparse.length);
        continue;
      }
      this.offsets.set(value, rows.length * other.length);
      rows.push(rowOf(other, stay, go));
    }
    return joined(rows);
  }
}

function readEntries(
  entries: readonly Entry<'equality'>[],
  other: Int32Array,
): { other: Int32Array; exceptions: Map<Constant, Exceptions> } {
  const exceptions = new Map<Constant, Exceptions>();
  for (const { slot, literals } of entries) {
    const { values, negated } = combine(literals);
    if (negated) setBit(other, slot);
    for (const value of values) {
      const of = exceptions.get(value) ?? { stay: [], go: [] };
      exceptions.set(value, of);
      (negated ? of.go : of.stay).push(slot);
    }
  }
  return { other, exceptions };
}

/** All of them at once: either one of these values, or none of them. */
function combine(literals: Entry<'equality'>['literals']): { values: ReadonlySet<Constant>; negated: boolean } {
  const excluded = new Set(literals.filter(({ negated }) => negated).flatMap(({ values }) => values));
  const [first, ...others] = literals.filter(({ negated }) => !negated).map(({ values }) => new Set(values));
  if (first === undefined) return { values: excluded, negated: true };
  const values = [...first].filter((value) => !excluded.has(value) && others.every((other) => other.has(value)));
  return { values: new Set(values), negated: false };
}

function rowOf(other: Int32Array, stay: readonly number[], go: readonly number[]): Int32Array {
  const row = other.slice();
  for (const slot of stay) setBit(row, slot);
  const going = new Int32Array(other.length);
  for (const slot of go) setBit(going, slot);
  return row.map((word, at) => word & ~(going[at] as number));
}

export function joined(rows: readonly Int32Array[]): Int32Array {
  const length = rows[0]?.length ?? 0;
  const all = new Int32Array(rows.length * length);
  for (const [at, row] of rows.entries()) all.set(row, at * length);
  return all;
}

/** The more constants the rules name, the rarer each is; there are always some that no rule names. */
function shareOf({ literals }: Entry<'equality'>, different: number): number {
  const { values, negated } = combine(literals);
  const share = values.size / (different + values.size + UNNAMED);
  return negated ? 1 - share : share;
}

const UNNAMED = 2;
