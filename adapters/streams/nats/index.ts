/** Reads events from NATS JetStream: a durable consumer for each partition. See docs/streams.md. */
import type { StreamAdapter, StreamAdapterDefinition, StreamTools } from '../../../src/contracts/stream.js';
import configSchema from './config.schema.json' with { type: 'json' };
import { openLink } from './connection.js';
import { loadLibraries } from './libraries.js';
import { readPartition } from './partition.js';
import { type NatsConfig, partitionNames } from './settings.js';

const nats: StreamAdapterDefinition<NatsConfig> = { name: 'nats', configSchema, create };
export default nats;

async function create(config: NatsConfig, tools: StreamTools): Promise<StreamAdapter> {
  const libraries = await loadLibraries();
  const partitions = partitionNames(config);
  let link: ReturnType<typeof openLink> | undefined;
  let shared: { stop(): Promise<void> } | undefined;

  return {
    start() {
      const opened = openLink(config, libraries, tools);
      link = opened;
      shared = tools.share(
        partitions.map(({ partition }) => partition),
        (lease) => {
          const names = partitions[Number(lease.partition)] as (typeof partitions)[number];
          return readPartition({ config, libraries, link: opened, tools, names, lease });
        },
      );
    },
    isConnected: () => link?.isUp() ?? false,
    async lag() {
      if (link === undefined) return [];
      const { manager } = await link.ready;
      const infos = partitions.map(({ durable }) => manager.consumers.info(config.stream, durable));
      return (await Promise.all(infos)).map(({ num_pending, num_ack_pending }, index) => ({
        partition: String(index),
        waiting: num_pending,
        pending: num_ack_pending,
      }));
    },
    async stop() {
      await shared?.stop();
      await link?.close();
    },
  };
}
