/** The shipped mappings, in one list, and how a mapping is found, held to its schema and compiled. All mistakes are told at once. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import mappingSchema from '../../schemas/mapping.schema.json' with { type: 'json' };
import casesSchema from '../../schemas/source-cases.schema.json' with { type: 'json' };
import { LedgerbellError } from '../contracts/errors.js';
import type { MappingDocument } from '../contracts/source.js';
import { compileMapping } from '../core/sources/compile-mapping.js';
import type { CompiledMapping } from '../core/sources/compiled-mapping.js';
import { type ReadCase, readCases, type SourceCasesDocument } from '../core/sources/source-case.js';
import { loadAvroSchemas } from './avro-schemas.js';
import { packageRoot } from './package-root.js';
import { compileSchema, findMistakes, type Mistake } from './schema-check.js';

/** A new platform is a folder under adapters/sources and one line here. */
export const SHIPPED_MAPPINGS: readonly string[] = [
  'fineract',
  'fineract-events',
  'open-bank-project',
  'camt-054',
  'bai2',
  'galileo',
  'increase',
  'plaid',
  'marqeta',
  'stripe',
  'lithic',
  'unit',
  'column',
  'mambu',
];

export interface LoadedMapping {
  /** Of mapping.json. */
  file: string;
  mapping: CompiledMapping;
}

const checkMapping = compileSchema(mappingSchema);
const checkCases = compileSchema(casesSchema);

/**
 * @param use a shipped mapping's name, or the path of a mapping.json or of its folder (starting with `.` or `/`)
 * @param folder what relative paths are looked up from
 * @throws LedgerbellError `mapping-not-found`, `mapping-invalid` with every mistake, a line each
 */
export function loadMapping(use: string, folder: string): LoadedMapping {
  const file = locate(use, folder);
  const document = readJson(file);
  const found = findMistakes(checkMapping, document);
  if (found.length > 0) throw invalid(file, found);
  const { mapping, mistakes } = compileMapping(document as MappingDocument);
  if (mistakes.length > 0)
    throw invalid(
      file,
      mistakes.map(({ at, message }) => ({ path: at, message })),
    );
  return { file, mapping };
}

/** The examples beside a mapping; none where it has no cases.json. @throws LedgerbellError `mapping-invalid`, `schemas-invalid` */
export function loadCases({
  file,
  mapping,
}: LoadedMapping): { document: SourceCasesDocument; cases: ReadCase[] } | undefined {
  const path = join(file, '..', 'cases.json');
  if (!existsSync(path)) return undefined;
  const document = readJson(path);
  const found = findMistakes(checkCases, document);
  if (found.length > 0) throw invalid(path, found);
  const typed = document as SourceCasesDocument;
  const { avro: format } = mapping.document;
  const avro =
    format === undefined || typed.schemas === undefined
      ? undefined
      : { format, schemas: loadAvroSchemas([join(file, '..', typed.schemas)], format) };
  return { document: typed, cases: readCases(readFileSync(path, 'utf8'), typed, avro) };
}

function locate(use: string, folder: string): string {
  const isPath = use.startsWith('.') || isAbsolute(use);
  if (!isPath && !SHIPPED_MAPPINGS.includes(use)) throw notFound(use);
  const path = isPath ? resolve(folder, use) : join(packageRoot(), 'adapters', 'sources', use);
  if (!existsSync(path)) throw notFound(use);
  const file = statSync(path).isDirectory() ? join(path, 'mapping.json') : path;
  if (!existsSync(file)) throw notFound(use);
  return file;
}

function notFound(use: string): LedgerbellError {
  const known = SHIPPED_MAPPINGS.join(', ');
  return new LedgerbellError(
    'mapping-not-found',
    `there is no mapping "${use}": it is neither one of ours (${known}) nor a folder with a mapping.json; a path starts with ./`,
  );
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    const reason = cause instanceof SyntaxError ? `is not JSON: ${cause.message}` : 'cannot be read';
    throw new LedgerbellError('mapping-invalid', `${file} ${reason}`, { cause });
  }
}

function invalid(file: string, mistakes: readonly Mistake[]): LedgerbellError {
  const lines = mistakes.map(({ path, message }) => `${file}: ${path} ${message}`);
  return new LedgerbellError('mapping-invalid', lines.join('\n'), { path: mistakes[0]?.path });
}
