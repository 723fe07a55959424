/** The configuration as it may be shown: what the schemas mark as sensitive, or do not describe, is masked. */
import { type AdapterConfig, byName, SHIPPED_ADAPTERS, settingsOf } from '../registry/adapters.js';
import { MASK, maskSensitive } from '../registry/mask-sensitive.js';
import { type StreamConfig, streamDefinition, streamSettings } from '../registry/streams.js';
import { CONFIG_SCHEMA } from './check-schema.js';
import type { Config } from './config.js';
import { maskedSources } from './masked-sources.js';

export function maskedConfig(config: Config): Record<string, unknown> {
  const { ingest, sms, rules, keyFiles, document } = config;
  const secrets = ingest.signature.secrets;
  const shown = { ...document, rules, ingest: { ...document.ingest, signature: { ...ingest.signature, secrets } } };
  const masked = maskSensitive(CONFIG_SCHEMA, { ...shown, encryption: config.encryption }) as Record<string, unknown>;
  return {
    ...masked,
    sources: maskedSources(config),
    streams: config.streams.map(maskedStream),
    sms: { ...(masked.sms as object), adapters: sms.adapters.map(maskedAdapter) },
    keyFiles,
  };
}

function maskedStream(entry: StreamConfig): Record<string, unknown> {
  const settings = streamSettings(entry);
  const ours = Object.entries(entry).filter(([key]) => !Object.hasOwn(settings, key));
  const schema = streamDefinition(entry.use)?.configSchema ?? {};
  return { ...Object.fromEntries(ours), ...(maskSensitive(schema, settings) as object) };
}

/** Of the bank's own adapters, whose schema is not at hand, only the names of the settings are shown. */
function maskedAdapter(entry: AdapterConfig): Record<string, unknown> {
  const { use, name, limits } = entry;
  const settings = settingsOf(entry);
  const schema = byName(SHIPPED_ADAPTERS).get(use)?.configSchema;
  const hidden = Object.fromEntries(Object.keys(settings).map((key) => [key, MASK]));
  const shown = schema === undefined ? hidden : (maskSensitive(schema, settings) as Record<string, unknown>);
  return { use, name: name ?? use, ...(limits === undefined ? {} : { limits }), ...shown };
}
