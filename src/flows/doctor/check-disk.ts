/** There is room on the disks that this machine writes to. */
import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Found, fail, ok, type Surroundings, warn } from './finding.js';

const MIB = 1024 * 1024;
const SCARCE = 1024 * MIB;
const TOO_LITTLE = 100 * MIB;

export async function checkDisk({ dataFolder, databaseFile }: Surroundings): Promise<Found[]> {
  const folders = new Set([dataFolder, ...(databaseFile === undefined ? [] : [dirname(databaseFile)])].map(existing));
  return Promise.all([...folders].map(roomIn));
}

async function roomIn(folder: string): Promise<Found> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const message = `${Math.floor(free / MIB).toLocaleString('en')} MiB are free`;
  if (free < TOO_LITTLE) return fail(folder, message, 'Make room: a full disk stops every commit');
  return free < SCARCE
    ? warn(folder, message, 'Make room, or set ingest.duplicateHorizonDays so that old events go')
    : ok(folder, message);
}

/** The first start makes the folder: what it will lie in is looked at. */
function existing(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : existing(dirname(folder));
}
