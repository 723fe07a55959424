/** Which slots each region of the numbers leaves possible. */
import { PARTLY } from './column.js';
import type { Cuts, Run } from './cuts.js';
import { joined } from './equality-column.js';
import { type Narrowing, setBit } from './narrowing.js';

export interface SlotRun {
  slot: number;
  run: Run;
}

/** Words a table may take: beyond it, regions share rows, and the slots in which they differ are looked at one by one. */
const MOST_WORDS = 2 ** 16;

export class RegionTable {
  readonly cuts: Cuts;
  readonly rows: Int32Array;
  private readonly words: number;
  readonly regionsPerRow: number;
  /** By row, the slots that not all regions of the row keep. */
  private readonly differing: readonly (readonly SlotRun[])[];
  /** The region that was located last. */
  private current = 0;

  /** `always`: slots that every region keeps. */
  constructor(cuts: Cuts, runs: readonly SlotRun[], always: Int32Array) {
    this.cuts = cuts;
    this.words = always.length;
    this.regionsPerRow = Math.ceil(cuts.regions / Math.max(1, Math.floor(MOST_WORDS / always.length)));
    const { rows, differing } = makeRows(cuts.regions, this.regionsPerRow, runs, always);
    this.rows = joined(rows);
    this.differing = differing;
  }

  /** As a column's. */
  locate(value: number): number {
    const region = this.cuts.regionOf(value);
    if (this.regionsPerRow === 1) return region * this.words;
    this.current = region;
    return PARTLY;
  }

  /** Right after `locate` gave PARTLY. */
  narrow(narrowing: Narrowing): void {
    const row = Math.floor(this.current / this.regionsPerRow);
    narrowing.keep(this.rows, row * this.words);
    for (const { slot, run } of this.differing[row] as readonly SlotRun[]) {
      if (this.current < run[0] || this.current > run[1]) narrowing.drop(slot);
    }
  }
}

function makeRows(regions: number, perRow: number, runs: readonly SlotRun[], always: Int32Array) {
  const rows: Int32Array[] = [];
  const differing: SlotRun[][] = [];
  const waiting = runs.filter(({ run: [first, last] }) => first <= last).sort((a, b) => a.run[0] - b.run[0]);
  let next = 0;
  let present: SlotRun[] = [];
  for (let from = 0; from < regions; from += perRow) {
    const to = Math.min(from + perRow, regions) - 1;
    for (let one = waiting[next]; one !== undefined && one.run[0] <= to; one = waiting[next]) {
      present.push(one);
      next += 1;
    }
    const row = always.slice();
    for (const { slot } of present) setBit(row, slot);
    rows.push(row);
    differing.push(present.filter(({ run: [first, last] }) => first > from || last < to));
    present = present.filter(({ run: [, last] }) => last > to);
  }
  return { rows, differing };
}
