/**
 * Avro: one record, whose schema the source's folder has. In Avro's single-object encoding ten bytes in front say which schema
 * it was written with, and bytes of another version are refused rather than misread: without that, a field more or less would
 * shift every amount behind it. A payload that a record holds as bytes is read in its place.
 *
 * The library avsc reads the schemas; the bytes are read here, since its own reader believes the length that an array claims.
 */
import type { AvroFormat } from '../../../contracts/source.js';
import type { Value, ValueObject } from '../expression/value.js';
import { MappingRefused } from '../mapping-refused.js';
import { type AfterRecord, type AvroBudget, avroBudget, readAvroBytes } from './avro-bytes.js';
import type { AvroRecord, AvroSchema, AvroSchemas } from './avro-type.js';

/** What a source needs to read Avro. */
export interface AvroReading {
  format: AvroFormat;
  schemas: AvroSchemas;
}

/** C3 01, and the fingerprint's eight bytes, the lowest first. */
const MARK = [0xc3, 0x01] as const;
const HEADER_BYTES = 10;

/** @throws MappingRefused `mapping-schema`, `mapping-body`, `mapping-too-deep`, `mapping-too-many` */
export function readAvro(bytes: Uint8Array, reading: AvroReading): Value {
  return readMessage(bytes, reading.format.record, reading, avroBudget());
}

function readMessage(bytes: Uint8Array, name: string, reading: AvroReading, budget: AvroBudget): Value {
  const { format, schemas } = reading;
  const versions = schemas.get(name) ?? [];
  const isFramed = format.framing !== 'none';
  const schema = isFramed ? writtenWith(bytes, versions) : versions[0];
  if (schema === undefined) throw new MappingRefused('mapping-schema', { at: '/avro' });
  const payload: AfterRecord = (record, made, raw) => readPayload(record, made, raw, { reading, budget });
  return readAvroBytes(isFramed ? bytes.subarray(HEADER_BYTES) : bytes, schema.record, budget, payload);
}

interface Within {
  reading: AvroReading;
  budget: AvroBudget;
}

/** A payload that the mapping does not name is left out: whatever it is, no case reads it. */
function readPayload(
  record: AvroRecord,
  made: ValueObject,
  raw: ReadonlyMap<string, Uint8Array>,
  { reading, budget }: Within,
): void {
  const { payload } = reading.format;
  const bytes = payload === undefined ? undefined : raw.get(payload.data);
  if (payload === undefined || bytes === undefined || !record.fields.some(({ name }) => name === payload.schema))
    return;
  const name = made[payload.schema];
  made[payload.data] =
    typeof name === 'string' && payload.records.includes(name) ? readMessage(bytes, name, reading, budget) : null;
}

/** @throws MappingRefused `mapping-body` where the bytes have no header */
function writtenWith(bytes: Uint8Array, versions: readonly AvroSchema[]): AvroSchema | undefined {
  if (bytes.length < HEADER_BYTES || bytes[0] !== MARK[0] || bytes[1] !== MARK[1]) {
    throw new MappingRefused(
      'mapping-body',
      { at: '/body' },
      "The body is not in Avro's single-object encoding: it does not begin with C3 01.",
    );
  }
  let fingerprint = '';
  for (const byte of bytes.subarray(2, HEADER_BYTES)) fingerprint = byte.toString(16).padStart(2, '0') + fingerprint;
  return versions.find((version) => version.fingerprint === fingerprint);
}
