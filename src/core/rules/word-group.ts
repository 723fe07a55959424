/**
 * At most 32 slots, which fit into one number: the same as a wide group, without arrays to pass over. For few rules that
 * takes a third of the time.
 */
import { type Column, NOT_KNOWN } from './column.js';
import { EqualityColumn } from './equality-column.js';
import type { Findings } from './findings.js';
import type { Frame } from './frame.js';
import type { Money } from './money-value.js';
import { Narrowing } from './narrowing.js';
import { MoneyColumn } from './order-column.js';
import { locate, type SlotGroup, type SlotGroupParts } from './slot-group.js';

export const WORD = 32;

/** Up to here it is faster to compare with one constant after the other than to look a value up. */
const FEW = 2;

/** The regions of one currency. */
interface WordTable {
  currency: string;
  bounds: Float64Array;
  beyond: Uint8Array;
  /** By region; empty where the column itself has to say. */
  words: Int32Array;
}

const NO_BOUNDS = new Float64Array();
const NOTHING_BEYOND = new Uint8Array();
const NO_WORDS = new Int32Array();

/** One class for all columns, so that what reads it is compiled for one shape. */
class WordColumn {
  readonly column: Column;
  readonly touched: number;
  readonly read: (frame: Frame) => unknown;
  readonly isEquality: boolean;
  readonly isMoney: boolean;
  /** For equalities: the slots that a constant keeps, and those that any other value does. */
  readonly many: Map<unknown, number> | undefined;
  readonly first: unknown;
  readonly firstWord: number;
  readonly second: unknown;
  readonly secondWord: number;
  readonly other: number;
  /** For money: by currency, and the one that was seen last. */
  private readonly tables = new Map<string, WordTable>();
  table: WordTable = { currency: '', bounds: NO_BOUNDS, beyond: NOTHING_BEYOND, words: NO_WORDS };

  constructor(column: Column) {
    const words = column instanceof EqualityColumn ? column.words() : new Map<unknown, number>();
    this.column = column;
    this.touched = column.touched[0] as number;
    this.isEquality = column instanceof EqualityColumn;
    this.isMoney = column instanceof MoneyColumn;
    this.read = column instanceof EqualityColumn || column instanceof MoneyColumn ? column.read : () => undefined;
    this.other = column.rows[0] as number;
    this.many = words.size > FEW ? words : undefined;
    // Where there are fewer, one that makes no difference stands for it: of the same kind, so that comparing stays fast.
    const [first = ['', this.other], second = first] = [...words];
    [this.first, this.firstWord] = first as [unknown, number];
    [this.second, this.secondWord] = second as [unknown, number];
  }

  turnTo(currency: string): WordTable {
    this.table = this.tables.get(currency) ?? this.tableIn(currency);
    return this.table;
  }

  private tableIn(currency: string): WordTable {
    const found = (this.column as MoneyColumn).tableIn(currency);
    const { bounds, beyond } = found?.cuts ?? { bounds: NO_BOUNDS, beyond: NOTHING_BEYOND };
    const made = { currency, bounds, beyond, words: found?.rows ?? NO_WORDS };
    this.tables.set(currency, made);
    return made;
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
      possible &= this.wordFor(column, frame);
      if (possible === 0) return;
    }
    this.conclude(possible, findings);
  }

  /** The slots that the column leaves possible. */
  private wordFor(column: WordColumn, frame: Frame): number {
    if (!column.isEquality && !column.isMoney) return this.keep(column, frame);
    let value: unknown;
    try {
      value = column.read(frame);
    } catch {
      value = undefined;
    }
    // The one symbol there is says that a measure is warming up; comparing with it would cost a call.
    if (value === undefined || typeof value === 'symbol') {
      this.unknown |= column.touched;
      return -1;
    }
    return column.isEquality ? wordOfConstant(column, value) : this.keepMoney(column, value as Money, frame);
  }

  private keepMoney(column: WordColumn, { minor, currency }: Money, frame: Frame): number {
    const { bounds, beyond, words } = column.table.currency === currency ? column.table : column.turnTo(currency);
    if (words.length === 0) return this.keep(column, frame);
    let region = 0;
    for (; region < bounds.length; region++) {
      const bound = bounds[region] as number;
      if (minor < bound || (minor === bound && beyond[region] !== 0)) break;
    }
    return words[region] as number;
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

function wordOfConstant(column: WordColumn, value: unknown): number {
  if (column.many === undefined) {
    return value === column.first ? column.firstWord : value === column.second ? column.secondWord : column.other;
  }
  const word = column.many.get(value);
  return word === undefined ? column.other : word;
}
