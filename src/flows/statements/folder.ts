/**
 * A folder that the bank's systems put files into. A file is taken once it has stopped growing: it looks the same twice.
 * Afterwards it lies in `done/` or `refused/`, with a report beside it; one that could not be taken stays for the next look.
 */
import { mkdir, readdir, rename, stat, writeFile } from 'node:fs/promises';
import { join, parse } from 'node:path';
import type { StatementRow } from '../../store/statements.js';
import type { Logger } from '../house.js';
import { localFile } from './local-file.js';
import { reportOf } from './report.js';
import type { StatementFile } from './statement-file.js';

export interface FolderOptions {
  folder: string;
  /** @throws what `takeStatement` throws */
  take(file: StatementFile): Promise<StatementRow>;
  log: Logger;
}

export interface StatementFolder {
  /** Takes what is ready, one file after another, in the order of their names. Returns how many were taken. */
  look(): Promise<number>;
}

/** Names of files that are still on their way. */
const UNFINISHED = /^\.|~$|\.(?:part|partial|tmp|temp|filepart|crdownload)$/i;

export function openFolder({ folder, take, log }: FolderOptions): StatementFolder {
  /** Name to how it looked. */
  let before = new Map<string, string>();

  return {
    async look() {
      const now = await looks(folder);
      const ready = [...now.keys()].filter((name) => before.get(name) === now.get(name)).sort();
      before = now;
      let taken = 0;
      for (const name of ready) taken += (await takeOne(name, now.get(name))) ? 1 : 0;
      return taken;
    },
  };

  async function takeOne(name: string, look: string | undefined): Promise<boolean> {
    try {
      const path = join(folder, name);
      const row = await take(await localFile(path));
      // Another one of the same name has come meanwhile: it was not taken, and stays.
      if ((await lookOf(path)) !== look) return true;
      await putAway(folder, name, row);
      return true;
    } catch (error) {
      const { code, name: kind } = error as { code?: string; name?: string };
      log.warn({ code: code ?? kind }, 'a file of entries could not be taken; the next look tries again');
      return false;
    }
  }
}

async function looks(folder: string): Promise<Map<string, string>> {
  const entries = await readdir(folder, { withFileTypes: true });
  const found = new Map<string, string>();
  for (const entry of entries) {
    if (!entry.isFile() || UNFINISHED.test(entry.name)) continue;
    const look = await lookOf(join(folder, entry.name));
    if (look !== undefined) found.set(entry.name, look);
  }
  return found;
}

/** Undefined where there is none any more. */
async function lookOf(path: string): Promise<string | undefined> {
  const seen = await stat(path).catch(() => undefined);
  return seen === undefined ? undefined : `${seen.ino}/${seen.size}/${seen.mtimeMs}`;
}

/** A second file of the same name gets the beginning of its id into its own. */
async function putAway(folder: string, name: string, row: StatementRow): Promise<void> {
  const target = join(folder, row.state === 'done' ? 'done' : 'refused');
  await mkdir(target, { recursive: true });
  const report = reportOf(row);
  const { name: stem, ext } = parse(name);
  const isTaken = (await stat(join(target, name)).catch(() => undefined)) !== undefined;
  const kept = isTaken ? `${stem}-${report.id.slice(0, 12)}${ext}` : name;
  await writeFile(join(target, `${kept}.report.json`), `${JSON.stringify(report, undefined, 2)}\n`, { mode: 0o600 });
  await rename(join(folder, name), join(target, kept));
}
