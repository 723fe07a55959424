/** What one evaluation may use, and what it has used: steps, and characters and list places made. */
import { ValueRefused } from '../mapping-refused.js';

/** For one delivery, whatever it holds. A usual event takes some hundreds of steps. */
export const STEP_LIMIT = 500_000;
export const SIZE_LIMIT = 4 * 1024 * 1024;

/** Tables of the mapping that functions read. */
export interface Tables {
  codes: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** Zone abbreviations, upper-case: an IANA name or an offset. */
  zones: ReadonlyMap<string, string>;
}

export interface Run {
  tables: Tables;
  /** Steps and size left; whoever takes more is refused. */
  steps: number;
  size: number;
}

export function startRun(tables: Tables, limits: { steps?: number; size?: number } = {}): Run {
  return { tables, steps: limits.steps ?? STEP_LIMIT, size: limits.size ?? SIZE_LIMIT };
}

/** @throws ValueRefused `mapping-budget` */
export function spend(run: Run, steps = 1): void {
  run.steps -= steps;
  if (run.steps < 0) throw new ValueRefused('mapping-budget');
}

/** To be called before `size` characters or places are made. @throws ValueRefused `mapping-size` */
export function grow(run: Run, size: number): void {
  run.size -= size;
  if (run.size < 0) throw new ValueRefused('mapping-size');
}
