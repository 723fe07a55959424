/** Nobody but those who must can read the files that secrets are in. */
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Found, fail, ok, type Surroundings, warn } from './finding.js';

const OTHERS_READ = 0o004;
const OTHERS_WRITE = 0o002;
const OTHERS_ENTER = 0o001;

export async function checkSecretFiles({ secretFiles }: Surroundings): Promise<Found[]> {
  return Promise.all([...new Set(secretFiles)].map(look));
}

async function look(file: string): Promise<Found> {
  const { mode } = await stat(file);
  const shown = `mode ${(mode & 0o777).toString(8).padStart(4, '0')}`;
  if ((mode & (OTHERS_READ | OTHERS_WRITE)) === 0) return ok(file, shown);
  if (await isShut(dirname(file))) return ok(file, `${shown}, in a folder that keeps others out`);
  const mend = `chmod o-rwx ${file}`;
  if ((mode & OTHERS_WRITE) !== 0) return fail(file, `${shown}: everybody may change it`, mend);
  return warn(file, `${shown}: everybody on this machine may read it`, mend);
}

/** Whether this folder, or one above it, lets nobody else in. */
async function isShut(folder: string): Promise<boolean> {
  if (((await stat(folder)).mode & OTHERS_ENTER) === 0) return true;
  return dirname(folder) === folder ? false : isShut(dirname(folder));
}
