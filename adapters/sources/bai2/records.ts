/** The records of a BAI2 file: lines that end in `/`, continued by lines that begin with `88`, one record at a time. */
import { LedgerbellError } from '../../../src/contracts/errors.js';

/** Characters of one record with its continuations. */
const LONGEST_RECORD = 65_536;
const CONTINUATION = '88';

export interface Bai2Record {
  /** Where it begins, from 1. */
  line: number;
  /** `01`, `02`, `03`, `16`, `49`, `98`, `99`. */
  code: string;
  /** What follows the code, split at commas; text that may itself hold commas is put together by who reads it. */
  fields: string[];
  /** How many lines it takes: the trailers count them. */
  lines: number;
}

/** @throws LedgerbellError `statement-malformed`, `statement-entry-too-large` */
export async function* recordsOf(lines: AsyncIterable<{ number: number; text: string }>): AsyncGenerator<Bai2Record> {
  let open: { line: number; code: string; text: string; lines: number } | undefined;
  for await (const { number, text } of lines) {
    if (text.trim() === '') continue;
    const code = text.slice(0, 2);
    if (!/^\d\d$/.test(code) || (text.length > 2 && text[2] !== ',' && text[2] !== '/')) {
      throw new LedgerbellError(
        'statement-malformed',
        `Line ${number}: a BAI2 record begins with two digits and a comma`,
      );
    }
    const rest = text.slice(3);
    if (code !== CONTINUATION) {
      if (open !== undefined) yield recordOf(open);
      open = { line: number, code, text: rest, lines: 1 };
      continue;
    }
    if (open === undefined)
      throw new LedgerbellError('statement-malformed', `Line ${number}: there is nothing to continue`);
    open.text = continued(open.text, rest);
    open.lines += 1;
    if (open.text.length > LONGEST_RECORD) {
      throw new LedgerbellError('statement-entry-too-large', `Line ${number}: one record is longer than may be held`);
    }
  }
  if (open !== undefined) yield recordOf(open);
}

/**
 * A record that is continued ends in `/` where a field ends, and the next line goes on with the next field; without it the
 * text itself goes on.
 */
function continued(before: string, rest: string): string {
  const trimmed = before.trimEnd();
  return trimmed.endsWith('/') ? `${trimmed.slice(0, -1)},${rest}` : `${trimmed} ${rest}`;
}

function recordOf({
  line,
  code,
  text,
  lines,
}: {
  line: number;
  code: string;
  text: string;
  lines: number;
}): Bai2Record {
  return { line, code, fields: text.trimEnd().replace(/\/$/, '').split(','), lines };
}
