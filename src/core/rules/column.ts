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
  /** Which share of the group's slots it takes away from an average event, roughly. */
  readonly power: number;
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

export function complementOf(bits: Int32Array): Int32Array {
  return bits.map((word) => ~word);
}

/** The reader that suits events of `type`. */
export function readerFor({ read, own }: Subject, type: string): (frame: Frame) => unknown {
  return own !== undefined && type.startsWith(own.types) ? own.read : read;
}
