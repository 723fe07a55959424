/** What the trailers of a BAI2 file state, against what was read: sums of amounts, accounts, groups, and records. */
import { LedgerbellError } from '../../../src/contracts/errors.js';
import { minorUnits } from './amount.js';
import type { Bai2Record } from './records.js';

interface Level {
  sum: bigint;
  /** Accounts of a group, groups of a file. */
  parts: number;
  /** Lines, continuations included. */
  lines: number;
}

export interface Totals {
  /** Any record, before anything is done with it. */
  count(record: Bai2Record): void;
  add(amount: bigint): void;
  /** @throws LedgerbellError `statement-totals` */
  close(record: Bai2Record): void;
}

export function createTotals(): Totals {
  const levels = { account: empty(), group: empty(), file: empty() };
  return {
    count({ code, lines }) {
      levels.file.lines += lines;
      if (code !== '01' && code !== '99') levels.group.lines += lines;
      if (code === '03' || code === '16' || code === '49') levels.account.lines += lines;
    },
    add(amount) {
      levels.account.sum += amount;
    },
    close(record) {
      const { line, code, fields } = record;
      const [total, ...counts] = fields.map((field) => field.trim());
      const [level, above, stated] = {
        '49': [levels.account, levels.group, [undefined, counts[0]]] as const,
        '98': [levels.group, levels.file, [counts[0], counts[1]]] as const,
        '99': [levels.file, undefined, [counts[0], counts[1]]] as const,
      }[code as '49' | '98' | '99'];
      const differs =
        minorUnits(total) !== level.sum ||
        (stated[0] !== undefined && Number(stated[0]) !== level.parts) ||
        (stated[1] !== undefined && Number(stated[1]) !== level.lines);
      if (differs) {
        const message = `Line ${line}: the control totals are not those of the records before it; ask for the file again`;
        throw new LedgerbellError('statement-totals', message);
      }
      if (above !== undefined) {
        above.sum += level.sum;
        above.parts += 1;
        Object.assign(level, empty());
      }
    },
  };
}

function empty(): Level {
  return { sum: 0n, parts: 0, lines: 0 };
}
