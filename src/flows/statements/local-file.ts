/** A file on a disk of ours, as something to take entries from. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { LedgerbellError } from '../../contracts/errors.js';
import type { StatementFile } from './statement-file.js';

/** @throws LedgerbellError `statement-unreadable` */
export async function localFile(path: string): Promise<StatementFile> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined || !found.isFile()) {
    throw new LedgerbellError('statement-unreadable', `${path} is no file that can be read`);
  }
  return { name: basename(path), bytes: found.size, open: () => createReadStream(path) };
}
