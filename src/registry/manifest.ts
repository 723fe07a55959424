/** Reads plugin.json, what a host reads before it mounts us, and holds it to schemas/manifest.schema.json. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LedgerbellError } from '../contracts/errors.js';
import { packageRoot } from './package-root.js';
import { compileSchema, findMistakes } from './schema-check.js';

export interface Manifest {
  $schema?: string;
  id: string;
  name: string;
  version: string;
  description: string;
  license: string;
  /** The module, and the function in it that makes the plugin. */
  entry: { module: string; export: string };
  /** Semver ranges of what the host must bring. */
  requires: { node: string; express: string; knex: string };
  /** Where the router expects to be mounted unless the host says otherwise. */
  mountPath: string;
  configSchema: string;
  openapi: string;
  /** Roles an API key or the host's `authorize` may give. */
  scopes: { role: string; description: string }[];
  events: { consumes: string[] };
  adapters: {
    sms: { name: string; configSchema: string }[];
    streams?: { name: string; configSchema: string }[];
    /** Platforms' own webhooks. */
    sources?: { name: string; mapping: string }[];
  };
}

/** @throws LedgerbellError `manifest-not-found`, `manifest-invalid` */
export function readManifest(root: string = packageRoot()): Manifest {
  const manifest = readJson(join(root, 'plugin.json'));
  const mistakes = findMistakes(compileSchema(readJson(join(root, 'schemas', 'manifest.schema.json'))), manifest);
  if (mistakes.length === 0) return manifest as unknown as Manifest;
  const lines = mistakes.map(({ path, message }) => `plugin.json: ${path} ${message}`);
  throw new LedgerbellError('manifest-invalid', lines.join('\n'), { path: mistakes[0]?.path });
}

function readJson(file: string): Record<string, unknown> {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'manifest-not-found' : 'manifest-invalid';
    throw new LedgerbellError(code, `${file} could not be read as JSON`, { cause });
  }
}
