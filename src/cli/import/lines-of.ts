/** Splits a stream into lines without ever holding more than one of them, and no more than a megabyte of that. */

export const LONGEST_LINE = 1_048_576;

export interface Line {
  /** From 1. */
  number: number;
  text: string;
  /** Longer than may be held: `text` is only its beginning. */
  cut: boolean;
}

/** Bytes are split before they are decoded: a line break is never part of another character in UTF-8. */
export async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<Line> {
  let number = 1;
  let parts: Buffer[] = [];
  let length = 0;
  const take = (part: Buffer): void => {
    if (length < LONGEST_LINE) parts.push(part.subarray(0, LONGEST_LINE - length));
    length += part.length;
  };
  const finish = (): Line => {
    const text = Buffer.concat(parts).toString('utf8').replace(/\r$/, '');
    const line = { number, text: number === 1 ? text.replace(/^\uFEFF/, '') : text, cut: length > LONGEST_LINE };
    number += 1;
    parts = [];
    length = 0;
    return line;
  };
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, from)) {
      take(chunk.subarray(from, end));
      from = end + 1;
      yield finish();
    }
    take(chunk.subarray(from));
  }
  if (length > 0) yield finish();
}
