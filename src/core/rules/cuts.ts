/**
 * Bounds in ascending order cut the numbers into regions; all numbers of a region satisfy the same comparisons. A comparison
 * holds in an unbroken run of regions.
 */
import type { Relation } from './literal.js';

/** Numbers pass it from `bound` upwards; `beyond`: only those above. */
export interface Cut {
  bound: number;
  beyond: boolean;
}

export interface Limit {
  bound: number;
  relation: Relation;
}

/** First and last region. */
export type Run = [first: number, last: number];

export function cutsOf({ bound, relation }: Limit): Cut[] {
  switch (relation) {
    case 'less':
    case 'greaterOrEqual':
      return [{ bound, beyond: false }];
    case 'lessOrEqual':
    case 'greater':
      return [{ bound, beyond: true }];
    case 'equal':
      return [
        { bound, beyond: false },
        { bound, beyond: true },
      ];
  }
}

/** Sorted and without repetitions: how many of them a number passes is its region. */
export class Cuts {
  readonly regions: number;
  /** Of each cut, ascending. */
  readonly bounds: Float64Array;
  readonly beyond: Uint8Array;

  constructor(cuts: readonly Cut[]) {
    const sorted = [...cuts].sort((a, b) => a.bound - b.bound || Number(a.beyond) - Number(b.beyond));
    const distinct = sorted.filter((cut, at) => {
      const before = sorted[at - 1];
      return before === undefined || before.bound !== cut.bound || before.beyond !== cut.beyond;
    });
    this.bounds = Float64Array.from(distinct, ({ bound }) => bound);
    this.beyond = Uint8Array.from(distinct, ({ beyond }) => (beyond ? 1 : 0));
    this.regions = distinct.length + 1;
  }

  regionOf(value: number): number {
    return countPassed(this.bounds, this.beyond, value);
  }

  /** Where `limit`, whose cuts are among these, holds. */
  runOf({ bound, relation }: Limit): Run {
    const below = this.regionOf(bound);
    switch (relation) {
      case 'greaterOrEqual':
        return [below, this.regions - 1];
      case 'less':
        return [0, below - 1];
      case 'greater':
        return [below + 1, this.regions - 1];
      case 'lessOrEqual':
        return [0, below];
      case 'equal':
        return [below, below];
    }
  }
}

/** How many cuts, ascending, `value` passes. */
export function countPassed(bounds: Float64Array, beyond: Uint8Array, value: number): number {
  let low = 0;
  let high = bounds.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const bound = bounds[middle] as number;
    if (value > bound || (value === bound && beyond[middle] === 0)) low = middle + 1;
    else high = middle;
  }
  return low;
}
