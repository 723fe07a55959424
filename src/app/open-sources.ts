/** The configured sources, ready: mappings compiled, senders' proofs at hand, what is fetched remembered. */
import { resolve } from 'node:path';
import { LRUCache } from 'lru-cache';
import type { Config } from '../config/config.js';
import type { SourceConfig } from '../config/source-config.js';
import { isPosted, schemaFolders, signatureOf } from '../config/source-mistakes.js';
import { withDefaults } from '../core/sources/parameters.js';
import type { House } from '../flows/house.js';
import type { FetchMemory, ReadySource } from '../flows/sources/ready-source.js';
import { createVerifier, type Verifier } from '../http/signature/schemes/index.js';
import { loadAvroSchemas } from '../registry/avro-schemas.js';
import { loadMapping } from '../registry/sources.js';
import { statementReader } from '../registry/statements.js';

export interface OpenSources {
  sources: ReadonlyMap<string, ReadySource>;
  verifiers: ReadonlyMap<string, Verifier>;
}

const REMEMBERED = 2000;

/** @throws LedgerbellError `mapping-not-found`, `mapping-invalid`, `schemas-invalid` */
export function openSources({ sources, folder }: Pick<Config, 'sources' | 'folder'>, http: House['http']): OpenSources {
  const opened = Object.entries(sources).map(([name, source]) => openSource(name, source, folder, http));
  return {
    sources: new Map(opened.map(({ source }) => [source.name, source])),
    verifiers: new Map(opened.flatMap(({ source, verifier }) => (verifier ? [[source.name, verifier]] : []))),
  };
}

function openSource(
  name: string,
  config: SourceConfig,
  folder: string,
  http: House['http'],
): { source: ReadySource; verifier?: Verifier } {
  const { mapping } = loadMapping(config.mapping, folder);
  const signature = isPosted(mapping.document, config) ? signatureOf(mapping.document, config) : undefined;
  const reader = statementReader(config.files?.format ?? mapping.document.name);
  const { avro } = mapping.document;
  const { entity, learn = false, credentials = {} } = config;
  const source: ReadySource = {
    name,
    mapping,
    parameters: withDefaults(mapping.document.parameters, config.parameters ?? {}),
    ...(entity === undefined ? {} : { entity }),
    learn,
    credentials: new Map(
      Object.entries(credentials).map(([key, { baseUrl, headers = {} }]) => [key, { baseUrl, headers }]),
    ),
    ...(avro === undefined
      ? {}
      : { avro: { format: avro, schemas: loadAvroSchemas(schemaFolders(config, folder), avro) } }),
    ...(reader === undefined ? {} : { files: { reader, ...folderOf(config, folder) } }),
    secretHeaders: new Set(typeof signature?.header === 'string' ? [signature.header.toLowerCase()] : []),
    fetched: createMemory(),
  };
  return { source, ...(signature === undefined ? {} : { verifier: createVerifier(signature, { http }) }) };
}

function folderOf({ files }: SourceConfig, from: string): { folder?: string } {
  return files?.folder === undefined ? {} : { folder: resolve(from, files.folder) };
}

function createMemory(): FetchMemory {
  const memory = new LRUCache<string, { value: ReturnType<FetchMemory['get']> }>({ max: REMEMBERED });
  return {
    get: (key) => memory.get(key)?.value,
    set(key, value, milliseconds) {
      memory.set(key, { value }, { ttl: milliseconds });
    },
  };
}
