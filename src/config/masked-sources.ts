/** Sources as they may be shown: secrets of signatures and of what is fetched are masked. */
import { MASK } from '../registry/mask-sensitive.js';
import { loadMapping } from '../registry/sources.js';
import type { Config } from './config.js';
import { maskedSignature } from './signature-settings.js';
import type { SourceConfig } from './source-config.js';
import { isPosted, signatureOf } from './source-mistakes.js';

export function maskedSources({ sources, folder }: Pick<Config, 'sources' | 'folder'>): Record<string, object> {
  return Object.fromEntries(Object.entries(sources).map(([name, source]) => [name, masked(source, folder)]));
}

function masked(source: SourceConfig, folder: string): object {
  const { document } = loadMapping(source.mapping, folder).mapping;
  const { credentials } = source;
  const shown = Object.entries(credentials ?? {}).map(([name, { baseUrl, headers = {} }]) => [
    name,
    { baseUrl, headers: Object.fromEntries(Object.keys(headers).map((header) => [header, MASK])) },
  ]);
  return {
    ...source,
    ...(isPosted(document, source) ? { signature: maskedSignature(signatureOf(document, source)) } : {}),
    ...(credentials === undefined ? {} : { credentials: Object.fromEntries(shown) }),
  };
}
