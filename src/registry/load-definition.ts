/** Finds one SMS adapter: a shipped one by its name, else a file or package of the bank's own, whose shape is checked before it is trusted. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { isAbsolute, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { SmsAdapterDefinition } from '../contracts/adapter.js';
import { LedgerbellError } from '../contracts/errors.js';

export type AnyDefinition = SmsAdapterDefinition<never>;

/**
 * @param use a shipped adapter's name, a path that starts with `.` or `/`, or a package's name
 * @param folder what relative paths and packages are looked up from: the configuration file's folder
 * @throws LedgerbellError `adapter-not-found`, `adapter-malformed`
 */
export async function loadDefinition(
  use: string,
  folder: string,
  shipped: ReadonlyMap<string, AnyDefinition>,
): Promise<AnyDefinition> {
  const own = shipped.get(use);
  if (own !== undefined) return own;
  const address = locate(use, folder);
  if (address === undefined) throw notFound(use, shipped);
  let loaded: { default?: unknown };
  try {
    loaded = await import(address);
  } catch (cause) {
    if (address === use && isMissing(cause)) throw notFound(use, shipped);
    throw new LedgerbellError('adapter-malformed', `the adapter "${use}" could not be loaded`, { cause });
  }
  return checkShape(use, loaded.default);
}

function locate(use: string, folder: string): string | undefined {
  if (use.startsWith('.') || isAbsolute(use)) {
    const file = resolve(folder, use);
    return existsSync(file) ? pathToFileURL(file).href : undefined;
  }
  try {
    return pathToFileURL(createRequire(join(resolve(folder), 'adapter.js')).resolve(use)).href;
  } catch {
    return use; // a package that only answers `import`, or that lies beside ours
  }
}

function isMissing(cause: unknown): boolean {
  return (cause as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND';
}

function notFound(use: string, shipped: ReadonlyMap<string, AnyDefinition>): LedgerbellError {
  const known = [...shipped.keys()].join(', ');
  return new LedgerbellError(
    'adapter-not-found',
    `there is no adapter "${use}": it is neither one of ours (${known}), nor a file, nor an installed package`,
  );
}

/** By shape, not by `instanceof`: two copies of this package may be installed. */
function checkShape(use: string, found: unknown): AnyDefinition {
  const definition = found as Partial<AnyDefinition> | null | undefined;
  const missing = [
    typeof definition?.name === 'string' && definition.name !== '' ? '' : '"name" (text)',
    typeof definition?.configSchema === 'object' && definition.configSchema !== null ? '' : '"configSchema" (object)',
    typeof definition?.processesIn === 'function' ? '' : '"processesIn" (function)',
    typeof definition?.create === 'function' ? '' : '"create" (function)',
  ].filter((part) => part !== '');
  if (missing.length === 0) return definition as AnyDefinition;
  throw new LedgerbellError('adapter-malformed', `the default export of "${use}" lacks ${missing.join(', ')}`);
}
