/** RFC 3339 date-times with an offset, strictly, as epoch milliseconds. */
import { LedgerbellError } from '../../contracts/errors.js';

const DATE_TIME = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d+))?([Zz]|[+-]\d\d:\d\d)?$/;
const LONGEST_TEXT = 64;
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/**
 * Epoch milliseconds of `2026-11-22T10:00:00.123+02:00`; finer fractions are cut off. A leap second (`23:59:60` UTC) is
 * accepted and means the second after it, as epoch time has no place for it.
 *
 * Throws `time-malformed` (impossible dates too), `time-without-offset` or `time-before-1970`.
 */
export function parseInstant(text: unknown): number {
  const match = typeof text === 'string' && text.length <= LONGEST_TEXT ? DATE_TIME.exec(text) : null;
  if (!match) throw malformed();
  const year = Number(match[1]);
  const month = Number(match[2]);
  const day = Number(match[3]);
  const hour = Number(match[4]);
  const minute = Number(match[5]);
  const second = Number(match[6]);
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) throw malformed();
  if (hour > 23 || minute > 59 || second > 60) throw malformed();
  if (match[8] === undefined) {
    throw new LedgerbellError('time-without-offset', 'The time needs an offset: "Z" or "+02:00" at its end.');
  }
  const fraction = match[7] === undefined ? 0 : Number(match[7].slice(0, 3).padEnd(3, '0'));
  const offset = offsetMinutes(match[8]);
  // Date.UTC takes years below 100 for the 1900s.
  if (year < 1969) throw before1970();
  const instant = Date.UTC(year, month - 1, day, hour, minute, second, fraction) - offset * MINUTE;
  if (instant < 0) throw before1970();
  if (second === 60 && instant % DAY >= 1000) throw malformed();
  return instant;
}

function daysIn(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function offsetMinutes(offset: string): number {
  if (offset.length === 1) return 0;
  const hours = Number(offset.slice(1, 3));
  const minutes = Number(offset.slice(4, 6));
  if (hours > 23 || minutes > 59) throw malformed();
  return (offset.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}

function malformed(): LedgerbellError {
  return new LedgerbellError('time-malformed', 'This is not a time such as "2026-11-22T10:00:00+02:00".');
}

function before1970(): LedgerbellError {
  return new LedgerbellError('time-before-1970', 'The time is before 1970.');
}
