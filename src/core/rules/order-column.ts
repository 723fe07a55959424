/** Orderings of one number, or of one amount by its currency. */
import { type Column, complementOf, type Entry, NOT_KNOWN, PARTLY, touchedBy } from './column.js';
import { Cuts, cutsOf, type Limit, type Run } from './cuts.js';
import type { Frame } from './frame.js';
import { minorOf } from './literal.js';
import type { Money } from './money-value.js';
import { emptyBits, hasBit, type Narrowing, setBit } from './narrowing.js';
import { RegionTable } from './region-table.js';

/** A search costs more than a look-up. */
const SEARCH = 1.5;
const HALF = 0.5;

interface SlotLimits {
  slot: number;
  limits: readonly Limit[];
}

export class NumberColumn implements Column {
  readonly touched: Int32Array;
  readonly shares: ReadonlyMap<number, number>;
  readonly cost: number;
  readonly rows: Int32Array;
  private readonly read: (frame: Frame) => unknown;
  private readonly table: RegionTable;

  constructor(entries: readonly Entry<'number'>[], slots: number, read: (frame: Frame) => unknown) {
    this.touched = touchedBy(entries, slots);
    this.shares = new Map(entries.map(({ slot, literals }) => [slot, HALF ** literals.length]));
    this.cost = SEARCH * (entries[0]?.literals[0]?.subject.cost ?? 1);
    this.read = read;
    const limits = entries.map(({ slot, literals }) => ({ slot, limits: literals }));
    this.table = tableOf(limits, complementOf(this.touched));
    this.rows = this.table.rows;
  }

  locate(frame: Frame): number {
    const value = this.read(frame);
    return typeof value !== 'number' || Number.isNaN(value) ? NOT_KNOWN : this.table.locate(value);
  }

  narrow(narrowing: Narrowing): void {
    this.table.narrow(narrowing);
  }
}

/** `unread`: slots with a bound that cannot be written in the currency, which only the rule itself can say more of. */
interface MoneyTable {
  currency: string;
  table: RegionTable;
  unread?: Int32Array;
}

export class MoneyColumn implements Column {
  readonly touched: Int32Array;
  readonly shares: ReadonlyMap<number, number>;
  readonly cost: number;
  rows: Int32Array;
  readonly read: (frame: Frame) => unknown;
  private readonly entries: readonly Entry<'money'>[];
  /** Made when a currency is first seen. */
  private readonly byCurrency = new Map<string, MoneyTable>();
  private current: MoneyTable;
  private located = 0;

  constructor(entries: readonly Entry<'money'>[], slots: number, read: (frame: Frame) => unknown) {
    this.touched = touchedBy(entries, slots);
    this.shares = new Map(entries.map(({ slot, literals }) => [slot, HALF ** literals.length]));
    this.cost = SEARCH * (entries[0]?.literals[0]?.subject.cost ?? 1);
    this.read = read;
    this.entries = entries;
    this.current = { currency: '', table: tableOf([], complementOf(this.touched)) };
    this.rows = this.current.table.rows;
  }

  locate(frame: Frame): number {
    // Literals about money are made for facts only that give money or nothing.
    const value = this.read(frame) as Money | undefined;
    if (value === undefined) return NOT_KNOWN;
    if (value.currency !== this.current.currency) this.turnTo(value.currency);
    const { table, unread } = this.current;
    this.located = table.locate(value.minor);
    return unread === undefined ? this.located : PARTLY;
  }

  narrow(narrowing: Narrowing): void {
    const { table, unread } = this.current;
    if (this.located === PARTLY) table.narrow(narrowing);
    else narrowing.keep(table.rows, this.located);
    if (unread !== undefined) narrowing.doubt(unread);
  }

  /** The regions of one currency, if all slots are told by them and each has a row of its own. */
  tableIn(currency: string): RegionTable | undefined {
    const { table, unread } = this.byCurrency.get(currency) ?? this.addCurrency(currency);
    return unread === undefined && table.regionsPerRow === 1 ? table : undefined;
  }

  private turnTo(currency: string): void {
    this.current = this.byCurrency.get(currency) ?? this.addCurrency(currency);
    this.rows = this.current.table.rows;
  }

  private addCurrency(currency: string): MoneyTable {
    const always = complementOf(this.touched);
    const unread = emptyBits(always.length * 32);
    const readable: SlotLimits[] = [];
    for (const { slot, literals } of this.entries) {
      const limits = literals.map(({ bound, relation }) => ({ bound: minorOf(bound, currency), relation }));
      if (limits.every((limit): limit is Limit => limit.bound !== undefined)) readable.push({ slot, limits });
      else setBit(unread, slot);
    }
    for (const { slot } of this.entries) if (hasBit(unread, slot)) setBit(always, slot);
    const isComplete = readable.length === this.entries.length;
    const made = { currency, table: tableOf(readable, always), ...(isComplete ? {} : { unread }) };
    this.byCurrency.set(currency, made);
    return made;
  }
}

function tableOf(entries: readonly SlotLimits[], always: Int32Array): RegionTable {
  const cuts = new Cuts(entries.flatMap(({ limits }) => limits.flatMap(cutsOf)));
  const runs = entries.map(({ slot, limits }) => ({ slot, run: common(limits.map((limit) => cuts.runOf(limit))) }));
  return new RegionTable(cuts, runs, always);
}

function common(runs: readonly Run[]): Run {
  return [Math.max(...runs.map(([first]) => first)), Math.min(...runs.map(([, last]) => last))];
}
