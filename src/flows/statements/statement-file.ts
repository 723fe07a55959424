/** A file of entries as it is looked at before anything is taken: read once from end to end. */
import { createHash } from 'node:crypto';
import type { StatementReader } from '../../contracts/statement.js';

export interface StatementFile {
  /** As people call it. */
  name: string;
  bytes: number;
  /** From the beginning, each time. */
  open(): AsyncIterable<Uint8Array>;
}

export interface Surveyed {
  /** SHA-256 over the bytes. */
  digest: Buffer;
  entries: number;
}

/**
 * Whether the whole file can be read and its totals are right, and what it holds. `onBytes` is told how many were read.
 * @throws LedgerbellError as the reader does; and then nothing of the file may be taken
 */
export async function surveyStatement(
  reader: StatementReader,
  file: StatementFile,
  onBytes: (read: number) => void = () => {},
): Promise<Surveyed> {
  const digest = createHash('sha256');
  let read = 0;
  async function* watched(): AsyncGenerator<Uint8Array> {
    for await (const chunk of file.open()) {
      digest.update(chunk);
      read += chunk.length;
      onBytes(read);
      yield chunk;
    }
  }
  let entries = 0;
  for await (const _ of reader.read(watched())) entries += 1;
  return { digest: digest.digest(), entries };
}
