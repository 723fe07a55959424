/**
 * What a large group of slots is sorted by, so that an event names an unbroken range of them: equal constants stand together,
 * and bounds ascend. Slots outside of the range are certainly false, or unknown where `unknown` lists them.
 */
import { compareRatios, type Ratio, ratio } from '../event/ratio.js';
import { type Cut, countPassed, cutsOf } from './cuts.js';
import { type Frame, WARMING } from './frame.js';
import { type Constant, type Literal, minorOf } from './literal.js';
import { isMoney } from './money-value.js';

type Read = (frame: Frame) => unknown;

export interface Range {
  first: number;
  /** One past the last. */
  end: number;
  unknown?: Int32Array;
}

export interface Driver {
  /** Undefined where the value does not tell. The object is used again for the next event. */
  find(frame: Frame): Range | undefined;
}

/** `values`: of each slot, equal ones together. */
export function equalityDriver(values: readonly Constant[], read: Read): Driver {
  const none: Range = { first: 0, end: 0 };
  const ranges = new Map<unknown, Range>();
  for (const [slot, value] of values.entries()) {
    const range = ranges.get(value);
    if (range === undefined) ranges.set(value, { first: slot, end: slot + 1 });
    else range.end = slot + 1;
  }
  return {
    find(frame) {
      const value = read(frame);
      return value === undefined || value === WARMING ? undefined : (ranges.get(value) ?? none);
    },
  };
}

export type Ordered = Literal & { kind: 'number' | 'money'; bound: number | string };

/** Whether slots can be sorted by it: a plain number or decimal text, bounding on one side. */
export function isOrdered(literal: Literal): literal is Ordered {
  if (literal.kind === 'equality' || literal.relation === 'equal' || typeof literal.bound === 'object') return false;
  return exactly(literal.bound) !== undefined;
}

/** Upwards: holds from the bound on. All literals of a driver point the same way. */
export function isUpward({ relation }: Ordered): boolean {
  return relation === 'greater' || relation === 'greaterOrEqual';
}

/** Ascending, so that what a number passes is the beginning of the list. */
export function compareOrdered(a: Ordered, b: Ordered): number {
  const byBound = compareRatios(exactly(a.bound) as Ratio, exactly(b.bound) as Ratio);
  return byBound === 0 ? Number(cutOf(a).beyond) - Number(cutOf(b).beyond) : byBound;
}

function exactly(bound: number | string): Ratio | undefined {
  try {
    return ratio(bound);
  } catch {
    return undefined;
  }
}

function cutOf({ relation }: Ordered): Pick<Cut, 'beyond'> {
  return cutsOf({ bound: 0, relation })[0] as Cut;
}

/** One sorted list of bounds, in one currency. */
interface Sorted {
  bounds: Float64Array;
  beyond: Uint8Array;
  unknown?: Int32Array;
}

/** `literals`: of each slot, sorted by `compareOrdered`. */
export function orderDriver(literals: readonly Ordered[], read: Read): Driver {
  const upward = literals[0] === undefined || isUpward(literals[0]);
  const isOfMoney = literals[0]?.kind === 'money';
  const byCurrency = new Map<string, Sorted>();
  const range: Range = { first: 0, end: 0 };

  function sortedIn(currency: string): Sorted {
    const known = byCurrency.get(currency);
    if (known !== undefined) return known;
    const made = sortIn(literals, isOfMoney ? (bound) => minorOf(bound, currency) : Number);
    byCurrency.set(currency, made);
    return made;
  }

  function within({ bounds, beyond, unknown }: Sorted, value: number): Range {
    const passed = countPassed(bounds, beyond, value);
    range.first = upward ? 0 : passed;
    range.end = upward ? passed : bounds.length;
    range.unknown = unknown;
    return range;
  }

  return {
    find(frame) {
      const value = read(frame);
      if (isOfMoney) return isMoney(value) ? within(sortedIn(value.currency), value.minor) : undefined;
      return typeof value !== 'number' || Number.isNaN(value) ? undefined : within(sortedIn(''), value);
    },
  };
}

/** A bound that cannot be read stands where its neighbour does, so that the order stays; its slot is unknown in any case. */
function sortIn(literals: readonly Ordered[], boundOf: (bound: number | string) => number | undefined): Sorted {
  const unknown: number[] = [];
  const bounds = new Float64Array(literals.length);
  const beyond = new Uint8Array(literals.length);
  let last: Cut = { bound: Number.NEGATIVE_INFINITY, beyond: false };
  for (const [slot, literal] of literals.entries()) {
    const bound = boundOf(literal.bound);
    if (bound === undefined) unknown.push(slot);
    else last = { bound, beyond: cutOf(literal).beyond };
    bounds[slot] = last.bound;
    beyond[slot] = last.beyond ? 1 : 0;
  }
  return { bounds, beyond, ...(unknown.length === 0 ? {} : { unknown: Int32Array.from(unknown) }) };
}
