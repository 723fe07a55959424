/**
 * Avro's binary encoding, read with a budget: whatever a length in the bytes claims, no more is made than there are bytes or
 * values allowed. Nothing is rounded: whole numbers and decimals keep every digit.
 */
import { decimalText } from '../decimal.js';
import { NumberText, type Value, type ValueObject } from '../expression/value.js';
import { MappingRefused } from '../mapping-refused.js';
import type { AvroRecord, AvroType } from './avro-type.js';
import { DEEPEST_BODY } from './depth.js';

/** Values of one body, those within values counted too. A loan with its schedule and transactions has some thousands. */
const MOST_VALUES = 100_000;
/** Bytes of a decimal: 62 digits, more than any amount has. */
const LONGEST_DECIMAL = 26;

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** How many values may still be made, and how deep reading is; a payload within a body draws on the same. */
export interface AvroBudget {
  values: number;
  depth: number;
}

export function avroBudget(): AvroBudget {
  return { values: MOST_VALUES, depth: 0 };
}

/** What a record becomes may be changed before it is put in its place: a payload within it is read. */
export type AfterRecord = (record: AvroRecord, made: ValueObject, raw: ReadonlyMap<string, Uint8Array>) => void;

interface Reading {
  bytes: Uint8Array;
  at: number;
  budget: AvroBudget;
  after: AfterRecord;
}

/** All of the bytes, and nothing behind them. @throws MappingRefused `mapping-body`, `mapping-too-deep`, `mapping-too-many` */
export function readAvroBytes(bytes: Uint8Array, record: AvroRecord, budget: AvroBudget, after: AfterRecord): Value {
  const reading: Reading = { bytes, at: 0, budget, after };
  const value = nested(reading, record);
  if (reading.at < bytes.length) throw malformed('There are bytes behind the end of the Avro.');
  return value;
}

function read(reading: Reading, type: AvroType): Value {
  reading.budget.values -= 1;
  if (reading.budget.values < 0) throw tooMany();
  switch (type.kind) {
    case 'null':
      return null;
    case 'boolean':
      return readBoolean(reading);
    case 'int':
      return readInt(reading);
    case 'long':
      return new NumberText(readLong(reading).toString());
    case 'float':
    case 'double':
      return readFloat(reading, type.kind);
    case 'bytes':
      return textOfBytes(take(reading, readLength(reading)));
    case 'fixed':
      return textOfBytes(take(reading, type.size));
    case 'string':
      return readString(reading);
    case 'decimal':
      return readDecimal(reading, type);
    case 'enum':
      return chosen(type.symbols, readLong(reading));
    case 'union':
      return read(reading, chosen(type.branches, readLong(reading)));
    default:
      return nested(reading, type);
  }
}

function nested(reading: Reading, type: AvroRecord | { kind: 'array' | 'map'; of: AvroType }): Value {
  reading.budget.depth += 1;
  if (reading.budget.depth > DEEPEST_BODY) throw new MappingRefused('mapping-too-deep', { at: '/body' });
  const value =
    type.kind === 'record'
      ? readRecord(reading, type)
      : type.kind === 'array'
        ? readArray(reading, type.of)
        : readMap(reading, type.of);
  reading.budget.depth -= 1;
  return value;
}

function readRecord(reading: Reading, record: AvroRecord): Value {
  const made: ValueObject = Object.create(null);
  const raw = new Map<string, Uint8Array>();
  for (const { name, type } of record.fields) {
    const from = reading.at;
    made[name] = read(reading, type);
    if (type.kind === 'bytes') raw.set(name, withoutLength(reading.bytes.subarray(from, reading.at)));
  }
  reading.after(record, made, raw);
  return made;
}

/** What stands behind the length in front of it. */
function withoutLength(bytes: Uint8Array): Uint8Array {
  let at = 0;
  while (((bytes[at] as number) & 0x80) !== 0) at += 1;
  return bytes.subarray(at + 1);
}

function readArray(reading: Reading, of: AvroType): Value {
  const made: Value[] = [];
  for (let count = readCount(reading); count > 0; count = readCount(reading)) {
    for (; count > 0; count -= 1) made.push(read(reading, of));
  }
  return made;
}

function readMap(reading: Reading, of: AvroType): Value {
  const made: ValueObject = Object.create(null);
  for (let count = readCount(reading); count > 0; count = readCount(reading)) {
    for (; count > 0; count -= 1) {
      const key = readString(reading);
      if (key === '__proto__' || Object.hasOwn(made, key)) throw malformed('A map has a key twice, or `__proto__`.');
      made[key] = read(reading, of);
    }
  }
  return made;
}

/** Items of a block, 0 at the end. A negative count has the size of the block behind it. It is judged before an item is made. */
function readCount(reading: Reading): number {
  const stated = readLong(reading);
  if (stated < 0n) readLength(reading);
  const count = stated < 0n ? -stated : stated;
  if (count > BigInt(reading.budget.values)) throw tooMany();
  return Number(count);
}

/** Of what is made of bytes: there are as many left. */
function readLength(reading: Reading): number {
  const length = readLong(reading);
  if (length < 0n || length > BigInt(reading.bytes.length - reading.at))
    throw malformed('A length in the Avro is more than there is.');
  return Number(length);
}

function take(reading: Reading, length: number): Uint8Array {
  const end = reading.at + length;
  if (end > reading.bytes.length) throw malformed('The Avro ends too early.');
  const taken = reading.bytes.subarray(reading.at, end);
  reading.at = end;
  return taken;
}

function byteOf(reading: Reading): number {
  const byte = reading.bytes[reading.at];
  if (byte === undefined) throw malformed('The Avro ends too early.');
  reading.at += 1;
  return byte;
}

/** Variable length, zigzag: at most ten bytes. */
function readLong(reading: Reading): bigint {
  let coded = 0n;
  for (let shift = 0n; shift < 70n; shift += 7n) {
    const byte = byteOf(reading);
    coded |= BigInt(byte & 0x7f) << shift;
    if ((byte & 0x80) === 0) {
      if (coded >> 64n !== 0n) break;
      return (coded >> 1n) ^ -(coded & 1n);
    }
  }
  throw malformed('A number in the Avro is longer than 64 bits.');
}

function readInt(reading: Reading): Value {
  const value = readLong(reading);
  if (BigInt.asIntN(32, value) !== value) throw malformed('An `int` in the Avro is longer than 32 bits.');
  return new NumberText(value.toString());
}

function readBoolean(reading: Reading): Value {
  const byte = byteOf(reading);
  if (byte > 1) throw malformed('A `boolean` in the Avro is neither 0 nor 1.');
  return byte === 1;
}

/** What is no number is text, as JSON has no name for it. */
function readFloat(reading: Reading, kind: 'float' | 'double'): Value {
  const taken = take(reading, kind === 'float' ? 4 : 8);
  const view = new DataView(taken.buffer, taken.byteOffset, taken.byteLength);
  const value = kind === 'float' ? view.getFloat32(0, true) : view.getFloat64(0, true);
  return Number.isFinite(value) ? new NumberText(JSON.stringify(value)) : String(value);
}

function readString(reading: Reading): string {
  const taken = take(reading, readLength(reading));
  try {
    return UTF8.decode(taken);
  } catch (cause) {
    throw malformed('A text in the Avro is not UTF-8.', cause);
  }
}

/** Two's complement, the highest byte first, with as many decimals as the schema says. */
function readDecimal(reading: Reading, { scale, size }: { scale: number; size?: number }): Value {
  const taken = take(reading, size ?? readLength(reading));
  if (taken.length > LONGEST_DECIMAL) throw malformed('A decimal in the Avro is longer than 26 bytes.');
  if (taken.length === 0) throw malformed('A decimal in the Avro has no digits.');
  let coded = 0n;
  for (const byte of taken) coded = (coded << 8n) | BigInt(byte);
  return new NumberText(decimalText({ units: BigInt.asIntN(taken.length * 8, coded), scale }));
}

/** A character for each byte, as in Avro's own JSON: what is masked in texts is masked in bytes. */
function textOfBytes(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

function chosen<T>(list: readonly T[], index: bigint): T {
  const found = index < 0n || index >= BigInt(list.length) ? undefined : list[Number(index)];
  if (found === undefined) throw malformed('The Avro chooses what its schema does not have.');
  return found;
}

function tooMany(): MappingRefused {
  return new MappingRefused('mapping-too-many', { at: '/body' }, 'The Avro holds more values than one body may.');
}

function malformed(message: string, cause?: unknown): MappingRefused {
  return new MappingRefused('mapping-body', { at: '/body' }, message, cause);
}
