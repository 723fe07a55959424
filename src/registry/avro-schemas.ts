/**
 * The folders of .avsc files that a source names: read once at the start, references between files resolved whatever order they
 * come in. Only what the mapping reads has to be right; what is missing or wrong of it is told at once.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import avro, { type Schema, type Type } from 'avsc';
import { LedgerbellError } from '../contracts/errors.js';
import type { AvroFormat } from '../contracts/source.js';
import { avroFingerprint } from '../core/sources/formats/avro-fingerprint.js';
import type { AvroSchema, AvroSchemas } from '../core/sources/formats/avro-type.js';
import { avroTypeOf, DecimalType } from './avro-types.js';

const LARGEST_FILE = 1024 * 1024;
const MOST_FILES = 5000;
const PRIMITIVES = new Set(['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string']);

interface Folder {
  path: string;
  /** By full name. */
  definitions: ReadonlyMap<string, Schema>;
}

/** @throws LedgerbellError `schemas-invalid` with every mistake, a line each */
export function loadAvroSchemas(folders: readonly string[], format: AvroFormat): AvroSchemas {
  const mistakes: string[] = [];
  const found = folders.map((path) => readFolder(path, mistakes));
  const names = [...new Set([format.record, ...(format.payload?.records ?? [])])];
  const schemas = new Map<string, AvroSchema[]>();
  for (const name of names) {
    const versions = found.flatMap((folder) => schemaOf(name, folder, format, mistakes));
    // Two folders may have the very same version of it.
    schemas.set(name, [...new Map(versions.map((version) => [version.fingerprint, version])).values()]);
    if (!found.some(({ definitions }) => definitions.has(name)))
      mistakes.push(`no .avsc file in ${folders.join(', ')} defines ${name}, which the mapping reads`);
  }
  if (mistakes.length > 0) throw new LedgerbellError('schemas-invalid', [...new Set(mistakes)].join('\n'));
  return schemas;
}

function schemaOf(name: string, folder: Folder, format: AvroFormat, mistakes: string[]): AvroSchema[] {
  const definition = folder.definitions.get(name);
  if (definition === undefined) return [];
  try {
    const type = resolved(definition, folder.definitions, format.replace ?? {});
    const record = avroTypeOf(type);
    if (record.kind !== 'record') throw new Error('it is no record');
    return [{ fingerprint: avroFingerprint(JSON.stringify(type.schema())), record }];
  } catch (error) {
    mistakes.push(`${name} in ${folder.path} cannot be read: ${(error as Error).message}`);
    return [];
  }
}

/** A name that avsc does not know yet is looked up among the definitions, and read then and there. */
function resolved(definition: Schema, definitions: Folder['definitions'], replace: AvroFormat['replace'] = {}): Type {
  const forSchema = avro.Type.forSchema as (schema: Schema, options: object) => Type;
  const options = {
    logicalTypes: { decimal: DecimalType },
    assertLogicalTypes: true,
    wrapUnions: 'always',
    typeHook(schema: Schema, inner: { namespace?: string; registry: Record<string, Type> }): Type | undefined {
      if (typeof schema !== 'string') return undefined;
      const replacement = Object.hasOwn(replace, schema) ? replace[schema] : undefined;
      if (replacement !== undefined) return forSchema(replacement as unknown as Schema, inner);
      const name = qualified(schema, inner.namespace);
      const found = inner.registry[name] === undefined ? definitions.get(name) : undefined;
      return found === undefined ? undefined : forSchema(found, inner);
    },
  };
  return forSchema(definition, options);
}

function readFolder(path: string, mistakes: string[]): Folder {
  const definitions = new Map<string, Schema>();
  const files = filesOf(path, mistakes);
  for (const file of files) {
    for (const definition of definitionsOf(join(path, file), mistakes)) {
      const { name, namespace } = definition as { name?: unknown; namespace?: string };
      if (typeof name !== 'string') continue;
      const full = qualified(name, namespace);
      if (definitions.has(full))
        mistakes.push(`${join(path, file)}: ${full} is defined in another file of the folder too`);
      definitions.set(full, definition);
    }
  }
  return { path, definitions };
}

function filesOf(path: string, mistakes: string[]): string[] {
  try {
    const entries = readdirSync(path, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.avsc'));
    if (files.length === 0) mistakes.push(`${path} has no .avsc file in it`);
    if (files.length > MOST_FILES) mistakes.push(`${path} has more than ${MOST_FILES} .avsc files in it`);
    return files.slice(0, MOST_FILES).map((entry) => relative(path, join(entry.parentPath, entry.name)));
  } catch {
    mistakes.push(`${path} is no folder that can be read`);
    return [];
  }
}

/** A file holds one definition, or a list of them. */
function definitionsOf(file: string, mistakes: string[]): Schema[] {
  try {
    if (statSync(file).size > LARGEST_FILE) throw new Error(`is larger than ${LARGEST_FILE} bytes`);
    // What a reader puts in where a writer knew no field: here both are the same.
    const found = JSON.parse(readFileSync(file, 'utf8'), (key, value) => (key === 'default' ? undefined : value));
    const all = Array.isArray(found) ? found : [found];
    return all.filter((one) => typeof one === 'object' && one !== null);
  } catch (error) {
    const reason = error instanceof SyntaxError ? `is not JSON: ${error.message}` : (error as Error).message;
    mistakes.push(`${file} ${reason}`);
    return [];
  }
}

function qualified(name: string, namespace: string | undefined): string {
  return name.includes('.') || PRIMITIVES.has(name) || !namespace ? name : `${namespace}.${name}`;
}
