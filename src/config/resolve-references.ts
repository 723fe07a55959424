/**
 * `${NAME}` reads an environment variable, `${file:/run/secrets/x}` a mounted secret without its last line break;
 * `$${` means `${` itself. References are found in any text, never in keys, and what they read is not read again.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Mistake } from '../registry/schema-check.js';

export interface Resolved {
  document: unknown;
  mistakes: Mistake[];
  /** JSON pointers of values that are one reference and nothing else: only they may turn into a number or a yes/no. */
  whole: Set<string>;
}

export interface ReferenceSources {
  env: Record<string, string | undefined>;
  /** What relative files are read from. */
  folder: string;
}

const REFERENCE = /\$?\$\{([^{}]*)\}/g;
const WHOLE = /^\$\{[^{}]*\}$/;
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;

export function resolveReferences(document: unknown, sources: ReferenceSources): Resolved {
  const resolved: Resolved = { document: undefined, mistakes: [], whole: new Set() };
  resolved.document = resolveValue(document, { pointer: '', path: '' }, resolved, sources);
  return resolved;
}

interface Place {
  pointer: string;
  /** As a person writes it. */
  path: string;
}

function resolveValue(value: unknown, at: Place, into: Resolved, sources: ReferenceSources): unknown {
  if (typeof value === 'string') return resolveText(value, at, into, sources);
  if (Array.isArray(value)) {
    return value.map((item, index) => resolveValue(item, child(at, String(index), `[${index}]`), into, sources));
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => {
    const place = child(at, key, at.path === '' ? key : `.${key}`);
    return [key, resolveValue(inner, place, into, sources)];
  });
  return Object.fromEntries(entries);
}

function resolveText(text: string, at: Place, into: Resolved, sources: ReferenceSources): string {
  if (WHOLE.test(text)) into.whole.add(at.pointer);
  return text.replace(REFERENCE, (all: string, name: string) => {
    if (all.startsWith('$$')) return all.slice(1);
    const found = read(name, sources);
    if ('value' in found) return found.value;
    into.mistakes.push({ path: at.path, message: found.missing });
    return '';
  });
}

function read(name: string, { env, folder }: ReferenceSources): { value: string } | { missing: string } {
  if (name.startsWith('file:')) return readSecretFile(name.slice('file:'.length), folder);
  if (!VARIABLE.test(name)) {
    return {
      missing: `has a reference that is neither \${NAME} nor \${file:PATH}; write $\${ where the text itself is meant`,
    };
  }
  const value = env[name];
  return value === undefined ? { missing: `needs the environment variable ${name}, which is not set` } : { value };
}

function readSecretFile(file: string, folder: string): { value: string } | { missing: string } {
  try {
    return { value: readFileSync(resolve(folder, file), 'utf8').replace(/\r?\n$/, '') };
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'does not exist' : 'cannot be read';
    return { missing: `needs the file ${file}, which ${reason}` };
  }
}

function child(at: Place, key: string, shown: string): Place {
  return { pointer: `${at.pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`, path: at.path + shown };
}
