/**
 * At most 32 slots, which fit into one number: the same as a wide group, without arrays to pass over. For few rules that
 * takes a third of the time.
 */
import { type Column, NOT_KNOWN } from './column.js';
import { EqualityColumn } from './equality-column.js';
import type { Findings } from './findings.js';
import { type Frame, WARMING } from './frame.js';
import { Narrowing } from './narrowing.js';
import { locate, type SlotGroup, type SlotGroupParts } from './slot-group.js';

export const WORD = 32;

/** One class for all columns, so that what reads it is compiled for one shape. */
class WordColumn {
  readonly column: Column;
  readonly touched: number;
  /** For equalities: the slots that a constant keeps, and those that any other value does. */
  readonly words: Map<unknown, number> | undefined;
  readonly other: number;
  readonly read: (frame: Frame) => unknown;

  constructor(column: Column) {
    const isEquality = column instanceof EqualityColumn;
    this.column = column;
    this.touched = column.touched[0] as number;
    this.words = isEquality ? column.words() : undefined;
    this.other = column.rows[0] as number;
    this.read = isEquality ? column.read : () => undefined;
  }
}

export class WordGroup implements SlotGroup {
  private readonly columns: readonly WordColumn[];
  private readonly ruleOf: Int32Array;
  private readonly everyone: number;
  private readonly open: number;
  private readonly narrowing: Narrowing;
  private unknown = 0;

  constructor({ slots, columns }: Pick<SlotGroupParts, 'slots' | 'columns'>) {
    this.columns = columns.map((column) => new WordColumn(column));
    this.ruleOf = Int32Array.from(slots, ({ rule }) => rule);
    this.everyone = (-1 >>> (WORD - slots.length)) | 0;
    this.open = slots.reduce((bits, { isOpen }, slot) => (isOpen ? bits | (1 << slot) : bits), 0);
    this.narrowing = new Narrowing(slots.length);
  }

  collect(frame: Frame, findings: Findings): void {
    const { columns } = this;
    let possible = this.everyone;
    this.unknown = 0;
    for (let at = 0; at < columns.length; at++) {
      const column = columns[at] as WordColumn;
      if ((possible & column.touched) === 0) continue;
      possible &= column.words === undefined ? this.keep(column, frame) : this.keepEqual(column, column.words, frame);
      if (possible === 0) return;
    }
    this.conclude(possible, findings);
  }

  private keepEqual(column: WordColumn, words: Map<unknown, number>, frame: Frame): number {
    let value: unknown;
    try {
      value = column.read(frame);
    } catch {
      value = undefined;
    }
    if (value === undefined || value === WARMING) {
      this.unknown |= column.touched;
      return -1;
    }
    const word = words.get(value);
    return word === undefined ? column.other : word;
  }

  private keep({ column, touched }: WordColumn, frame: Frame): number {
    const offset = locate(column, frame);
    if (offset >= 0) return column.rows[offset] as number;
    if (offset === NOT_KNOWN) {
      this.unknown |= touched;
      return -1;
    }
    const { narrowing } = this;
    narrowing.startWithAll();
    column.narrow(narrowing);
    if (narrowing.isDoubtful) this.unknown |= narrowing.unknown[0] as number;
    return narrowing.possible[0] as number;
  }

  private conclude(kept: number, findings: Findings): void {
    let possible = kept;
    while (possible !== 0) {
      const bit = possible & -possible;
      possible &= possible - 1;
      const rule = this.ruleOf[31 - Math.clz32(bit)] as number;
      if ((this.unknown & bit) !== 0) findings.add(findings.doubtful, rule);
      else findings.add((this.open & bit) === 0 ? findings.sure : findings.open, rule);
    }
  }
}
