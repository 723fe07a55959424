/** Avro schemas as bodies are read by: names are resolved to the very types, so that a record may hold itself. */

export type AvroType =
  | { kind: 'null' | 'boolean' | 'int' | 'long' | 'float' | 'double' | 'bytes' | 'string' }
  /** `size`: a fixed one's bytes. */
  | { kind: 'decimal'; scale: number; size?: number }
  | { kind: 'fixed'; size: number }
  | { kind: 'enum'; symbols: readonly string[] }
  | { kind: 'array' | 'map'; of: AvroType }
  | { kind: 'union'; branches: readonly AvroType[] }
  | AvroRecord;

export interface AvroRecord {
  kind: 'record';
  /** In the order of the bytes. Filled in after the record is made, as a field may be of the record itself. */
  fields: { name: string; type: AvroType }[];
}

/** One version of a record. */
export interface AvroSchema {
  /** CRC-64-AVRO of the schema's canonical form, as the header of a message has it: 16 hexadecimal digits. */
  fingerprint: string;
  record: AvroRecord;
}

/** Full names, each with its versions: several folders may have one of the same name. */
export type AvroSchemas = ReadonlyMap<string, readonly AvroSchema[]>;
