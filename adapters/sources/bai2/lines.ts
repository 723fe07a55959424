/** Lines of a text file; BAI2 is plain ASCII, and what banks put into its texts beyond that is read as UTF-8, else Latin-1. */
import { isUtf8 } from 'node:buffer';
import { LedgerbellError } from '../../../src/contracts/errors.js';

const LONGEST_LINE = 65_536;
const LINE_FEED = 10;

/** @throws LedgerbellError `statement-malformed` where a line has no end */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<{ number: number; text: string }> {
  let number = 0;
  let left: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const bytes = Buffer.concat([left, chunk]);
    let from = 0;
    for (let end = bytes.indexOf(LINE_FEED); end !== -1; end = bytes.indexOf(LINE_FEED, from)) {
      number += 1;
      yield { number, text: textOf(bytes.subarray(from, end), number) };
      from = end + 1;
    }
    left = bytes.subarray(from);
    if (left.length > LONGEST_LINE) throw tooLong(number + 1);
  }
  if (left.length > 0) yield { number: number + 1, text: textOf(left, number + 1) };
}

function textOf(bytes: Buffer, number: number): string {
  if (bytes.length > LONGEST_LINE) throw tooLong(number);
  return bytes
    .toString(isUtf8(bytes) ? 'utf8' : 'latin1')
    .replace(/^\uFEFF/, '')
    .replace(/\r$/, '');
}

function tooLong(number: number): LedgerbellError {
  return new LedgerbellError('statement-malformed', `Line ${number}: the line is longer than a BAI2 record can be`);
}
