import type { StatementEntry, StatementReader } from '../../../src/contracts/statement.js';

/** All entries of a file that arrives in pieces of so many bytes. */
export async function readStatement(
  reader: StatementReader,
  file: string | Uint8Array,
  pieceBytes = 7,
): Promise<StatementEntry[]> {
  const entries: StatementEntry[] = [];
  for await (const entry of reader.read(inPieces(Buffer.from(file), pieceBytes))) entries.push(entry);
  return entries;
}

async function* inPieces(bytes: Buffer, pieceBytes: number): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += pieceBytes) yield bytes.subarray(from, from + pieceBytes);
}
