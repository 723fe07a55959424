/** Types as the library avsc has them become those that bodies are read by. */
import avro, { type Type } from 'avsc';
import type { AvroRecord, AvroType } from '../core/sources/formats/avro-type.js';

/** Kept apart from plain bytes, with its decimals. @throws Error where the specification does not allow it */
export class DecimalType extends avro.types.LogicalType {
  readonly scale: number;
  constructor(schema: avro.Schema, options?: object) {
    super(schema, options as never);
    const { precision, scale = 0 } = schema as { precision?: unknown; scale?: unknown };
    if (!isCount(precision) || !isCount(scale) || precision === 0 || scale > precision || scale > 64)
      throw new Error('a decimal needs a precision, and a scale that is not above it');
    this.scale = scale;
  }
}

/** @throws Error for what no body can be read by */
export function avroTypeOf(type: Type, known = new Map<Type, AvroType>()): AvroType {
  const before = known.get(type);
  if (before !== undefined) return before;
  if (type instanceof avro.types.RecordType) return recordOf(type, known);
  const made = plainTypeOf(type, known);
  known.set(type, made);
  return made;
}

/** Known before its fields are, which may be of it. */
function recordOf(type: avro.types.RecordType, known: Map<Type, AvroType>): AvroRecord {
  const made: AvroRecord = { kind: 'record', fields: [] };
  known.set(type, made);
  for (const { name, type: inner } of type.fields) {
    if (name === '__proto__') throw new Error('a field is called __proto__');
    made.fields.push({ name, type: avroTypeOf(inner, known) });
  }
  return made;
}

function plainTypeOf(type: Type, known: Map<Type, AvroType>): AvroType {
  if (type instanceof DecimalType) return decimalOf(type);
  if (type instanceof avro.types.FixedType) return { kind: 'fixed', size: type.size };
  if (type instanceof avro.types.EnumType) return { kind: 'enum', symbols: type.symbols };
  if (type instanceof avro.types.ArrayType) return { kind: 'array', of: avroTypeOf(type.itemsType, known) };
  if (type instanceof avro.types.MapType) return { kind: 'map', of: avroTypeOf(type.valuesType, known) };
  if (type instanceof avro.types.WrappedUnionType)
    return { kind: 'union', branches: type.types.map((branch) => avroTypeOf(branch, known)) };
  const kind = type.typeName;
  if (!isPrimitive(kind)) throw new Error(`the type ${kind} is not known`);
  return { kind };
}

function decimalOf({ scale, underlyingType }: DecimalType): AvroType {
  if (underlyingType instanceof avro.types.FixedType) return { kind: 'decimal', scale, size: underlyingType.size };
  if (underlyingType.typeName !== 'bytes') throw new Error('a decimal is neither of bytes nor fixed');
  return { kind: 'decimal', scale };
}

type Primitive = Extract<AvroType, { kind: 'null' | 'string' }>['kind'];

function isPrimitive(kind: string): kind is Primitive {
  return ['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string'].includes(kind);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
