/** The shipped streams, in one list, and how a configuration becomes ready ones. */
import nats from '../../adapters/streams/nats/index.js';
import type { StreamAdapter, StreamAdapterDefinition, StreamTools } from '../contracts/stream.js';
import { compileSchema, findMistakes, type Mistake } from './schema-check.js';

type AnyStream = StreamAdapterDefinition<never>;

/** A new engine is a folder under adapters/streams and one line here. */
export const SHIPPED_STREAMS: readonly AnyStream[] = [nats];

/** One entry of `streams`: `use` finds the engine, the limits are kept for it, the rest is its own. */
export interface StreamConfig {
  use: string;
  /** In logs, figures and the quarantine; as `use` where absent. */
  name?: string;
  sources?: string[];
  types?: string[];
  entity?: string;
  learn?: boolean;
  /** Longest batch; `STREAM_BATCH` where absent. */
  batchEvents?: number;
  /** After which a partition of a replica that is gone goes to another one; `STREAM_LEASE_SECONDS` where absent. */
  leaseSeconds?: number;
  [setting: string]: unknown;
}

export interface NamedStream {
  name: string;
  adapter: StreamAdapter;
}

/** A commit takes so many at most. */
export const STREAM_BATCH = 256;
export const STREAM_LEASE_SECONDS = 15;

const OURS: ReadonlySet<string> = new Set([
  'use',
  'name',
  'sources',
  'types',
  'entity',
  'learn',
  'batchEvents',
  'leaseSeconds',
]);

export const streamName = ({ name, use }: StreamConfig): string => name ?? use;

/** The engine's own. */
export function streamSettings(config: StreamConfig): Record<string, unknown> {
  return Object.fromEntries(Object.entries(config).filter(([key]) => !OURS.has(key)));
}

export function streamDefinition(use: unknown): AnyStream | undefined {
  return SHIPPED_STREAMS.find(({ name }) => name === use);
}

/** What the engine's own schema says of its settings. */
export function streamMistakes(config: StreamConfig, path: string): Mistake[] {
  const definition = streamDefinition(config?.use);
  if (definition === undefined) return [];
  return findMistakes(compileSchema(definition.configSchema), streamSettings(config), path);
}

/** @throws LedgerbellError `stream-driver-missing`. The configuration is checked already. */
export async function createStreams(
  configs: readonly StreamConfig[],
  toolsFor: (config: StreamConfig) => StreamTools,
): Promise<NamedStream[]> {
  return Promise.all(
    configs.map(async (config) => ({
      name: streamName(config),
      adapter: await (streamDefinition(config.use) as AnyStream).create(
        streamSettings(config) as never,
        toolsFor(config),
      ),
    })),
  );
}
