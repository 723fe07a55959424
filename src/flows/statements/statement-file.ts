/** A file of entries as it is looked at before anything is taken: read once from end to end. */
import type { StatementReader } from '../../contracts/statement.js';

export interface StatementFile {
  /** As people call it. */
  name: string;
  bytes: number;
  /** From the beginning, each time. */
  open(): AsyncIterable<Uint8Array>;
}

/**
 * Whether the whole file can be read and its totals are right, and how many entries it holds. `onBytes` is told how many bytes
 * were read.
 * @throws LedgerbellError as the reader does; and then nothing of the file may be taken
 */
export async function surveyStatement(
  reader: StatementReader,
  file: StatementFile,
  onBytes: (read: number) => void = () => {},
): Promise<number> {
  let read = 0;
  async function* watched(): AsyncGenerator<Uint8Array> {
    for await (const chunk of file.open()) {
      read += chunk.length;
      onBytes(read);
      yield chunk;
    }
  }
  let entries = 0;
  for await (const _ of reader.read(watched())) entries += 1;
  return entries;
}
