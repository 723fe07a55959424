/**
 * Reads the configuration: one JSON file, its references, its defaults; or nothing at all, which is safe too. It is
 * checked whole, and every mistake is told at once.
 */
import { dirname, resolve } from 'node:path';
import { packageRoot } from '../registry/package-root.js';
import type { Mistake } from '../registry/schema-check.js';
import { checkSchema } from './check-schema.js';
import type { Config, ConfigDocument } from './config.js';
import { ConfigInvalid } from './config-invalid.js';
import { crossChecks } from './cross-checks.js';
import { missingKeys, withFirstStartKeys } from './first-start.js';
import { readConfigFile } from './read-config-file.js';
import { resolveReferences } from './resolve-references.js';
import { sourceMistakes } from './source-mistakes.js';
import { toConfig } from './to-config.js';

export const DEFAULT_FILE = 'ledgerbell.config.json';

export interface ConfigOptions {
  env: Record<string, string | undefined>;
  /** This package's folder. */
  mainFolder?: string;
  /** `keep` makes no key files and asks for no keys: for what only reads rules or prints SQL. Default `complete`. */
  keys?: 'complete' | 'keep';
}

/**
 * @param options.file must exist; where absent, the default file in `cwd` is read if it is there
 * @throws ConfigInvalid with every mistake; LedgerbellError `keys-required` in production
 */
export function loadConfig(options: ConfigOptions & { file?: string; cwd: string }): Config {
  const file = resolve(options.cwd, options.file ?? DEFAULT_FILE);
  const document = readConfigFile(file);
  if (document !== undefined) return parseConfig(document, { ...options, folder: dirname(file), file });
  if (options.file === undefined) return parseConfig({}, { ...options, folder: options.cwd });
  throw new ConfigInvalid([{ path: file, message: 'does not exist' }]);
}

/** The same for a document that a host application made itself. `folder`: what relative paths are read from. */
export function parseConfig(document: unknown, options: ConfigOptions & { folder: string; file?: string }): Config {
  const { folder, env, file } = options;
  const resolved = resolveReferences(document, { env, folder });
  const mistakes = [...resolved.mistakes];
  addNew(mistakes, checkSchema(resolved.document, resolved.whole));
  addNew(mistakes, crossChecks(resolved.document));
  addNew(mistakes, sourceMistakes(resolved.document, folder));
  const production = env.NODE_ENV === 'production';
  if (mistakes.length > 0 && production && options.keys !== 'keep') addNew(mistakes, keysMissing(resolved.document));
  if (mistakes.length > 0) throw new ConfigInvalid(mistakes);
  const config = toConfig(resolved.document as ConfigDocument, {
    file,
    folder,
    mainFolder: options.mainFolder ?? packageRoot(),
    production,
  });
  return options.keys === 'keep' ? config : withFirstStartKeys(config);
}

/** One mistake for each place: a secret that is missing is not told again as being too short. */
function addNew(mistakes: Mistake[], more: readonly Mistake[]): void {
  const known = new Set(mistakes.map(({ path }) => path));
  for (const mistake of more) if (!known.has(mistake.path)) mistakes.push(mistake);
}

/** Beside other mistakes, so that they too are mended in the same round. */
function keysMissing(document: unknown): Mistake[] {
  return missingKeys(document as ConfigDocument).map((path) => ({
    path,
    message: 'is required with NODE_ENV=production',
  }));
}
