/**
 * Slots that are narrowed down together. A slot is one alternative of one rule; what the columns leave possible holds, but
 * for what no column can tell.
 */
import { type Column, NOT_KNOWN, PARTLY } from './column.js';
import type { Driver } from './driver.js';
import type { Findings } from './findings.js';
import type { Frame } from './frame.js';
import { emptyBits, Narrowing, setBit } from './narrowing.js';

export interface SlotGroup {
  collect(frame: Frame, findings: Findings): void;
}

export interface SlotGroupParts {
  /** By slot: the position of its rule, and whether anything remains to be evaluated. */
  slots: readonly { rule: number; isOpen: boolean }[];
  columns: readonly Column[];
  driver?: Driver;
}

/** Many slots, words of bits. */
export function wideGroup({ slots, columns, driver }: SlotGroupParts): SlotGroup {
  const narrowing = new Narrowing(slots.length);
  const ruleOf = Int32Array.from(slots, ({ rule }) => rule);
  const open = emptyBits(slots.length);
  for (const [slot, { isOpen }] of slots.entries()) if (isOpen) setBit(open, slot);
  const everyone = emptyBits(slots.length).fill(-1);

  function start(frame: Frame): void {
    const range = driver === undefined ? undefined : find(driver, frame);
    if (range === undefined) {
      narrowing.startWithAll();
      if (driver !== undefined) narrowing.doubt(everyone);
      return;
    }
    narrowing.startWithRange(range.first, range.end);
    if (range.unknown !== undefined) narrowing.addUnknown(range.unknown);
  }

  function conclude(findings: Findings): void {
    const { possible, unknown, isDoubtful, to } = narrowing;
    for (let at = narrowing.from; at < to; at++) {
      let word = possible[at] as number;
      const openHere = open[at] as number;
      const unknownHere = isDoubtful ? (unknown[at] as number) : 0;
      while (word !== 0) {
        const bit = word & -word;
        word &= word - 1;
        const rule = ruleOf[at * 32 + 31 - Math.clz32(bit)] as number;
        if ((unknownHere & bit) !== 0) findings.add(findings.doubtful, rule);
        else findings.add((openHere & bit) === 0 ? findings.sure : findings.open, rule);
      }
    }
  }

  return {
    collect(frame, findings) {
      start(frame);
      for (const column of columns) {
        if (narrowing.touches(column.touched)) narrow(column, frame, narrowing);
      }
      conclude(findings);
    },
  };
}

function narrow(column: Column, frame: Frame, narrowing: Narrowing): void {
  const offset = locate(column, frame);
  if (offset >= 0) narrowing.keep(column.rows, offset);
  else if (offset === PARTLY) column.narrow(narrowing);
  else narrowing.doubt(column.touched);
}

/** A value that cannot be read leaves everything open; what is wrong with it shows when the rule is evaluated. */
export function locate(column: Column, frame: Frame): number {
  try {
    return column.locate(frame);
  } catch {
    return NOT_KNOWN;
  }
}

function find(driver: Driver, frame: Frame): ReturnType<Driver['find']> {
  try {
    return driver.find(frame);
  } catch {
    return undefined;
  }
}
