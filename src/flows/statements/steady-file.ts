/**
 * A file as it was when it was read first. Whoever puts files into a folder can rewrite one between two readings, or under one:
 * then nothing that was not there before reaches whoever reads it again.
 */
import { createHash } from 'node:crypto';
import { LedgerbellError } from '../../contracts/errors.js';
import type { StatementFile } from './statement-file.js';

/** Bytes that are compared at once, before any of them is handed on. */
const BLOCK = 65_536;

export interface SteadyFile extends StatementFile {
  /** SHA-256 over all its bytes; reads those that nobody has read yet. @throws LedgerbellError `statement-changed` */
  digest(): Promise<Buffer>;
}

/** Its readings follow each other. They throw LedgerbellError `statement-changed`. */
export function steadyFile(file: StatementFile): SteadyFile {
  /** SHA-256 over the bytes up to the end of each block that was read so far. */
  const marks: Buffer[] = [];
  let isWhole = false;

  async function* open(): AsyncGenerator<Uint8Array> {
    const hash = createHash('sha256');
    let at = 0;
    for await (const block of blocksOf(file.open())) {
      const mark = hash.update(block).copy().digest();
      if (at === marks.length && !isWhole) marks.push(mark);
      if (marks[at]?.equals(mark) !== true) throw changed();
      at += 1;
      yield block;
    }
    if (at < marks.length) throw changed();
    isWhole = true;
  }

  return {
    name: file.name,
    bytes: file.bytes,
    open,
    async digest() {
      if (!isWhole) for await (const _ of open());
      return marks.at(-1) ?? createHash('sha256').digest();
    },
  };
}

async function* blocksOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    rest = Buffer.concat([rest, chunk]);
    for (; rest.length >= BLOCK; rest = rest.subarray(BLOCK)) yield rest.subarray(0, BLOCK);
  }
  if (rest.length > 0) yield rest;
}

function changed(): LedgerbellError {
  return new LedgerbellError('statement-changed', 'The file was changed while it was read: it is read anew');
}
