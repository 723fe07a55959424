/** What a schema cannot say of sources: that their mapping is there and right, and that its signature and parameters fit. */
import { resolve } from 'node:path';
import { LedgerbellError } from '../contracts/errors.js';
import type { MappingDocument } from '../contracts/source.js';
import { parameterMistakes } from '../core/sources/parameters.js';
import { loadAvroSchemas } from '../registry/avro-schemas.js';
import type { Mistake } from '../registry/schema-check.js';
import { loadMapping } from '../registry/sources.js';
import { STATEMENT_READERS, statementReader } from '../registry/statements.js';
import { signatureMistakes } from './signature-settings.js';
import type { SourceConfig } from './source-config.js';

/** Safe on anything; what the schema complains about is left to it. `folder`: what relative paths are read from. */
export function sourceMistakes(document: unknown, folder: string): Mistake[] {
  const sources = (document as { sources?: unknown } | undefined)?.sources;
  if (typeof sources !== 'object' || sources === null) return [];
  return Object.entries(sources).flatMap(([name, source]) =>
    mistakesOf(source as SourceConfig, `sources.${name}`, folder),
  );
}

/** The mapping's settings, and over them the configuration's; of another scheme than the mapping's, the configuration's alone. */
export function signatureOf(
  { signature: usual }: Pick<MappingDocument, 'signature'>,
  { signature: stated = {} }: Pick<SourceConfig, 'signature'>,
): { scheme: string; [setting: string]: unknown } {
  const isOther = stated.scheme !== undefined && stated.scheme !== usual.scheme;
  return { ...(isOther ? {} : usual), ...stated } as { scheme: string };
}

/** Whether it can be posted to. A source of files needs no signature, unless it is given one. */
export function isPosted({ name }: Pick<MappingDocument, 'name'>, { files, signature }: SourceConfig): boolean {
  return signature !== undefined || (files === undefined && statementReader(name) === undefined);
}

function fileMistakes({ name }: MappingDocument, { files }: SourceConfig, path: string): Mistake[] {
  if (files === undefined || statementReader(files.format ?? name) !== undefined) return [];
  const known = STATEMENT_READERS.map((reader) => reader.name).join(', ');
  return [{ path: `${path}.format`, message: `must be a format of files: ${known}` }];
}

/** From what relative paths are read from; none where the source names none. */
export function schemaFolders({ schemas = [] }: Pick<SourceConfig, 'schemas'>, folder: string): string[] {
  return [schemas].flat().map((path) => resolve(folder, path));
}

function schemaMistakes({ avro }: MappingDocument, source: SourceConfig, path: string, folder: string): Mistake[] {
  const folders = schemaFolders(source, folder);
  if (avro === undefined)
    return folders.length === 0 ? [] : [{ path, message: 'is not known: the mapping reads no Avro' }];
  if (folders.length === 0)
    return [{ path, message: 'is missing: the folder with the .avsc files that the platform writes with' }];
  try {
    loadAvroSchemas(folders, avro);
    return [];
  } catch (error) {
    if (!(error instanceof LedgerbellError)) throw error;
    return error.message.split('\n').map((message) => ({ path, message }));
  }
}

function mistakesOf(source: SourceConfig, path: string, folder: string): Mistake[] {
  if (typeof source !== 'object' || source === null || typeof source.mapping !== 'string') return [];
  let document: MappingDocument;
  try {
    document = loadMapping(source.mapping, folder).mapping.document;
  } catch (error) {
    if (!(error instanceof LedgerbellError)) throw error;
    return error.message.split('\n').map((message) => ({ path: `${path}.mapping`, message }));
  }
  const { fetch = [], parameters } = document;
  const missing = fetch.filter(({ credentials }) => source.credentials?.[credentials] === undefined);
  return [
    ...(isPosted(document, source) ? signatureMistakes(signatureOf(document, source), `${path}.signature`) : []),
    ...fileMistakes(document, source, `${path}.files`),
    ...schemaMistakes(document, source, `${path}.schemas`, folder),
    ...parameterMistakes(parameters, source.parameters ?? {}).map(({ name, message }) => ({
      path: `${path}.parameters.${name}`,
      message,
    })),
    ...missing.map(({ credentials, name }) => ({
      path: `${path}.credentials.${credentials}`,
      message: `is missing: the mapping fetches ${name} with it`,
    })),
  ];
}
