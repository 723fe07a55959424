/**
 * After a restore the database has forgotten what was sent since the backup (semantics: safety, 28). It carries the time it
 * was last alive, and so does a file outside it; where the database is behind the file, everything starts held until an
 * operator discards or resumes.
 */
import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { appendAudit } from '../store/audit.js';
import type { Database } from '../store/database.js';
import { placeHold } from '../store/holds.js';
import { getSetting, insertSetting, putSetting } from '../store/settings.js';
import { withTransaction } from '../store/with-transaction.js';

interface Alive {
  /** Names the database, so that a new one is not taken for an old one. */
  database: string;
  /** Epoch milliseconds. */
  at: number;
}

const IDENTITY = 'database-id';
const ALIVE = 'alive-at';

/** Compares, holds everything where the database went back, and notes the new time in both. Returns whether it held. */
export async function guardRestore(database: Database, file: string, now: number): Promise<boolean> {
  const before = readAlive(file);
  const held = await withTransaction(database, async (trx) => {
    await insertSetting(database, trx, IDENTITY, Buffer.from(randomUUID()));
    const identity = (await getSetting(database, trx, IDENTITY))?.toString() ?? '';
    const alive = Number((await getSetting(database, trx, ALIVE))?.toString() ?? 0);
    if (before === undefined || before.database !== identity || alive >= before.at) return false;
    const reason = 'the database was restored: what was sent since its backup is not known';
    await placeHold(database, trx, { scope: 'all', value: '', since: now, placedBy: 'restore-guard', reason });
    await appendAudit(database, trx, { at: now, actor: 'restore-guard', action: 'hold', subject: 'all', detail: {} });
    return true;
  });
  await noteAlive(database, file, now);
  return held;
}

/** Notes that the database is alive now, in it and then beside it. */
export async function noteAlive(database: Database, file: string, now: number): Promise<void> {
  const identity = await withTransaction(database, async (trx) => {
    await putSetting(database, trx, ALIVE, Buffer.from(String(now)));
    return (await getSetting(database, trx, IDENTITY))?.toString() ?? '';
  });
  const alive: Alive = { database: identity, at: now };
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.new`, JSON.stringify(alive), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

function readAlive(file: string): Alive | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Alive;
  } catch {
    return undefined;
  }
}
