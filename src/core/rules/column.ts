/**
 * A column says for one value of an event which slots of a group it leaves possible: it has a row of bits for each answer
 * there is. Slots that do not look at the value are left possible by every row.
 */
import type { Frame } from './frame.js';
import type { Literal, Subject } from './literal.js';
import { emptyBits, type Narrowing, setBit } from './narrowing.js';

/** The value is missing or of another kind, and what depends on it not known. */
export const NOT_KNOWN = -1;
/** No row says it all: `narrow` does. */
export const PARTLY = -2;

export interface Column {
  /** Slots that look at its value. */
  readonly touched: Int32Array;
  /** For each slot that looks at its value, the share of events that leave it possible, by a rough guess. */
  readonly shares: ReadonlyMap<number, number>;
  /** Of reading and locating, roughly. */
  readonly cost: number;
  readonly rows: Int32Array;
  /** Where the row for the frame starts in `rows`, or one of the two above; throws where the value cannot be read. */
  locate(frame: Frame): number;
  /** Right after `locate` gave PARTLY, for the same frame. */
  narrow(narrowing: Narrowing): void;
}

export type LiteralOf<Kind extends Literal['kind']> = Literal & { kind: Kind };

/** The literals that one slot has on one column; all of them must hold. */
export interface Entry<Kind extends Literal['kind']> {
  slot: number;
  literals: readonly LiteralOf<Kind>[];
}

export function touchedBy(entries: readonly { slot: number }[], slots: number): Int32Array {
  const bits = emptyBits(slots);
  for (const { slot } of entries) setBit(bits, slot);
  return bits;
}

/** Again and again the one that takes most away, for what it costs, of what those before it left. */
export function inOrder<Of extends Pick<Column, 'shares' | 'cost'>>(columns: readonly Of[]): Of[] {
  const left = new Map<number, number>();
  const waiting = new Set(columns);
  const ordered: Of[] = [];
  while (waiting.size > 0) {
    let best: Of | undefined;
    let bestGain = -1;
    for (const column of waiting) {
      let gain = 0;
      for (const [slot, share] of column.shares) gain += (left.get(slot) ?? 1) * (1 - share);
      if (gain / column.cost <= bestGain) continue;
      best = column;
      bestGain = gain / column.cost;
    }
    if (best === undefined) break;
    waiting.delete(best);
    ordered.push(best);
    for (const [slot, share] of best.shares) left.set(slot, (left.get(slot) ?? 1) * share);
  }
  return ordered;
}

export function complementOf(bits: Int32Array): Int32Array {
  return bits.map((word) => ~word);
}

/** The reader that suits events of `type`. */
export function readerFor({ read, own }: Subject, type: string): (frame: Frame) => unknown {
  return own !== undefined && type.startsWith(own.types) ? own.read : read;
}
