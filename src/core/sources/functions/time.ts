/** Times and dates of every shape that platforms send, as RFC 3339 text in UTC and as calendar dates. */
import { DateTime } from 'luxon';
import { parseInstant } from '../../event/instant.js';
import { parseDecimal } from '../decimal.js';
import type { Run } from '../expression/run.js';
import { NumberText, type Value } from '../expression/value.js';
import { ValueRefused } from '../mapping-refused.js';
import { expected, isAbsent, type MappingFunction, textOf, written } from './mapping-function.js';
import { zoneCalled } from './zone.js';

/** A date, perhaps a time of day, perhaps an offset or an abbreviation after it. */
const WRITTEN =
  /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,12}))?)?)?(?: ?([Zz]|[+-]\d\d:?\d\d|[A-Za-z]{2,6}))?$/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;
const LAST_WORD = /^(.*\S)\s+([A-Za-z]{2,6})$/;
const LONGEST = 64;
const LAST_MOMENT = 253_402_300_799_999n;

const time: MappingFunction = {
  name: 'time',
  takes: [1, 3],
  gives:
    'time(value[, zone[, format]]): RFC 3339 in UTC, of text with or without an offset, or of a list such as [2026,11,21,22,37]; ' +
    '`zone` is for what says none, `format` is of Luxon. A local time that comes twice is the first; one that is skipped is an hour later',
  run: ([value, zone, format], run) => {
    if (isAbsent(value)) return null;
    if (Array.isArray(value)) return rfc3339(fromParts(partsOf(value), zoneOf(zone, run)));
    if (value instanceof NumberText) throw expected('text', value);
    const text = textOf(value).trim();
    if (text.length > LONGEST) throw malformed();
    if (isAbsent(format)) return fromInstant(text) ?? rfc3339(fromText(text, zone, run));
    return rfc3339(fromFormat(text, zone, textOf(format), run));
  },
};

const epochSeconds: MappingFunction = {
  name: 'epochSeconds',
  takes: [1, 1],
  gives: 'epochSeconds(value): RFC 3339 of seconds since 1970, fractions included',
  run: ([value]) => (isAbsent(value) ? null : fromEpoch(value, 3)),
};

const epochMilliseconds: MappingFunction = {
  name: 'epochMilliseconds',
  takes: [1, 1],
  gives: 'epochMilliseconds(value): RFC 3339 of milliseconds since 1970',
  run: ([value]) => (isAbsent(value) ? null : fromEpoch(value, 0)),
};

const date: MappingFunction = {
  name: 'date',
  takes: [1, 2],
  gives:
    'date(value[, format]): YYYY-MM-DD of a list such as [2026,11,21], of text that starts so, or of text in a format of Luxon',
  run: ([value, format], run) => {
    if (isAbsent(value)) return null;
    if (Array.isArray(value)) return dayOf(fromParts(partsOf(value).slice(0, 3), 'UTC'));
    const text = textOf(value).trim();
    if (text.length > LONGEST) throw malformed();
    if (!isAbsent(format)) return dayOf(fromFormat(text, 'UTC', textOf(format), run));
    return dayOf(fromText(text.slice(0, 10), 'UTC', run));
  },
};

export const TIME_FUNCTIONS: readonly MappingFunction[] = [time, epochSeconds, epochMilliseconds, date];

/** What is RFC 3339 already needs no calendar; undefined for anything else. */
function fromInstant(text: string): string | undefined {
  if (!INSTANT.test(text)) return undefined;
  try {
    return new Date(parseInstant(text)).toISOString();
  } catch {
    throw malformed();
  }
}

function fromText(text: string, zone: Value | undefined, run: Run): DateTime {
  const match = WRITTEN.exec(text);
  if (match === null) throw malformed();
  const [, year, month, day, hour, minute, second, fraction, said] = match;
  const stated = said === undefined ? zoneOf(zone, run) : zoneCalled(said, run.tables.zones);
  const milliseconds = (fraction ?? '').slice(0, 3).padEnd(3, '0');
  const parts = [year, month, day, ...(hour === undefined ? [] : [hour, minute, second ?? '0', milliseconds])];
  return fromParts(parts.map(Number), stated);
}

/** `dd MMMM yyyy`: words are read in English. An abbreviation of the mapping's table may follow. */
function fromFormat(text: string, zone: Value | undefined, format: string, run: Run): DateTime {
  const [, before, word] = LAST_WORD.exec(text) ?? [];
  const named = word !== undefined && run.tables.zones.has(word.toUpperCase());
  const stated = named ? zoneCalled(word, run.tables.zones) : zoneOf(zone, run);
  const found = DateTime.fromFormat(named ? (before as string) : text, format, { zone: stated, locale: 'en' });
  if (!found.isValid) throw malformed();
  return first(found);
}

/** Year, month, day, and perhaps hour, minute, second, millisecond. */
function fromParts(parts: readonly number[], zone: string): DateTime {
  const [year, month, day, hour, minute, second, millisecond] = parts;
  const found = DateTime.fromObject({ year, month, day, hour, minute, second, millisecond }, { zone });
  if (!found.isValid) throw malformed();
  return first(found);
}

/** What a clock shows twice when it goes back means the first of the two. */
function first(found: DateTime): DateTime {
  const [earliest = found, later] = found.getPossibleOffsets();
  return later !== undefined && later.toMillis() < earliest.toMillis() ? later : earliest;
}

/** A list's last place is nanoseconds, as Java's LocalDateTime is written. */
function partsOf(list: readonly Value[]): number[] {
  const parts = list.map((item) =>
    item instanceof NumberText && /^\d{1,9}$/.test(item.text) ? Number(item.text) : Number.NaN,
  );
  if (parts.length < 3 || parts.length > 7 || parts.some(Number.isNaN)) throw malformed();
  return parts.length === 7 ? [...parts.slice(0, 6), Math.floor((parts[6] as number) / 1e6)] : parts;
}

function zoneOf(zone: Value | undefined, run: Run): string {
  if (isAbsent(zone)) throw new ValueRefused('mapping-zone', 'the time has no offset, and no zone was given for it');
  return zoneCalled(textOf(zone), run.tables.zones);
}

function fromEpoch(value: Value, shift: number): string {
  const decimal = parseDecimal(written(value).trim());
  if (decimal === undefined || decimal.scale > 64) throw malformed();
  const { units, scale } = decimal;
  const milliseconds = (units * 10n ** BigInt(shift)) / 10n ** BigInt(scale);
  if (units < 0n || milliseconds > LAST_MOMENT) throw malformed();
  return new Date(Number(milliseconds)).toISOString();
}

function rfc3339(found: DateTime): string {
  const text = found.toUTC().toISO();
  if (text === null || found.year > 9998) throw malformed();
  return text;
}

function dayOf(found: DateTime): string {
  return found.toISODate() ?? '';
}

function malformed(): ValueRefused {
  return new ValueRefused('mapping-time', 'this is no time, or not of the form that was stated');
}
