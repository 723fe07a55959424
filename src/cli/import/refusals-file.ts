/** The report of refused rows, one JSON object a line, readable by its owner only; it is there only if a row was refused. */
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import type { Refusal } from '../../flows/import-row.js';

export interface RefusalsFile {
  path: string;
  add(refusal: Refusal): void;
  written(): boolean;
  close(): void;
}

/** A report of an earlier run is removed. */
export function refusalsFile(path: string): RefusalsFile {
  rmSync(path, { force: true });
  let descriptor: number | undefined;
  let written = false;
  return {
    path,
    add(refusal) {
      descriptor ??= openSync(path, 'wx', 0o600);
      written = true;
      writeSync(descriptor, `${JSON.stringify(refusal)}\n`);
    },
    written: () => written,
    close() {
      if (descriptor !== undefined) closeSync(descriptor);
      descriptor = undefined;
    },
  };
}
