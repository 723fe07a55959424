/** Writes a configuration into a folder of its own and loads it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../../src/config/config.js';
import { ConfigInvalid } from '../../src/config/config-invalid.js';
import { loadConfig } from '../../src/config/load-config.js';
import type { Mistake } from '../../src/registry/schema-check.js';

export const WEBHOOK_SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
export const KEY = 'c'.repeat(64);
/** What production asks for. */
export const KEYS = {
  encryption: { keys: [{ id: 'k1', key: KEY }] },
  ingest: { signature: { secrets: [WEBHOOK_SECRET] } },
};

export interface Place {
  folder: string;
  remove(): void;
}

export function newPlace(): Place {
  const folder = mkdtempSync(join(tmpdir(), 'ledgerbell-config-'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

export function load(place: Place, document?: object | string, env: Record<string, string> = {}): Config {
  if (document !== undefined) {
    const text = typeof document === 'string' ? document : JSON.stringify(document);
    writeFileSync(join(place.folder, 'ledgerbell.config.json'), text);
  }
  return loadConfig({ cwd: place.folder, env });
}

/** Path to message of every mistake. */
export function mistakesOf(work: () => unknown): Record<string, string> {
  try {
    work();
  } catch (error) {
    if (!(error instanceof ConfigInvalid)) throw error;
    return Object.fromEntries(error.mistakes.map(({ path, message }: Mistake) => [path, message]));
  }
  return {};
}
