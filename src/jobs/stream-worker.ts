/** Drives the configured streams: what they bring takes the same way as what is posted. */
import type { StreamTools, TakeBatch } from '../contracts/stream.js';
import type { House } from '../flows/house.js';
import { type StreamIntake, type Stuck, takeBatch } from '../flows/streams/take-batch.js';
import {
  createStreams,
  type NamedStream,
  STREAM_BATCH,
  STREAM_LEASE_SECONDS,
  type StreamConfig,
  streamName,
} from '../registry/streams.js';
import { sharePartitions } from './share-partitions.js';

/** Told what happens, for figures. */
export interface StreamWatch {
  /** `waits`: whether the batch has to wait for the database or the queue. */
  taken(stream: string, counts: { done: number; dead: number; waits: boolean }): void;
}

export interface StreamWorkerOptions {
  streams: readonly StreamConfig[];
  /** Longest batch that the queue can ever take. */
  largestBatch: number;
  read: StreamIntake['read'];
  watch: StreamWatch;
}

export interface StreamWorker {
  streams: readonly NamedStream[];
  start(): void;
  /** Finishes what is under way, and gives the rest back. */
  stop(): Promise<void>;
}

/** @throws LedgerbellError `stream-driver-missing` */
export async function createStreamWorker(house: House, options: StreamWorkerOptions): Promise<StreamWorker> {
  const streams = await createStreams(options.streams, (config) => toolsOf(house, config, options));
  return {
    streams,
    start() {
      for (const { adapter } of streams) adapter.start();
    },
    async stop() {
      await Promise.all(
        streams.map(({ name, adapter }) =>
          adapter.stop().catch((error: unknown) => {
            house.log.warn({ stream: name, error: (error as Error)?.name }, 'the stream could not be closed in order');
          }),
        ),
      );
    },
  };
}

function toolsOf(house: House, config: StreamConfig, { largestBatch, read, watch }: StreamWorkerOptions): StreamTools {
  const name = streamName(config);
  const { sources, types, entity, learn, batchEvents = STREAM_BATCH, leaseSeconds = STREAM_LEASE_SECONDS } = config;
  return {
    name,
    batchEvents: Math.min(batchEvents, largestBatch),
    log: house.log,
    take: taker(house, { name, sources, types, entity, learn, read }, watch),
    share: (partitions, reader) =>
      sharePartitions(house, { of: `stream/${name}`, forMs: leaseSeconds * 1000 }, partitions, reader),
  };
}

function taker(house: House, intake: StreamIntake, watch: StreamWatch): TakeBatch {
  /** By partition. */
  const stuck = new Map<string, Stuck>();
  return async (batch) => {
    const { stuck: now, ...answer } = await takeBatch(house, intake, batch, stuck.get(batch.partition));
    if (now === undefined) stuck.delete(batch.partition);
    else stuck.set(batch.partition, now);
    const dead = answer.settled.filter((one) => one === 'dead').length;
    const waits = answer.settled.length < batch.messages.length;
    watch.taken(intake.name, { done: answer.settled.length - dead, dead, waits });
    return answer;
  };
}
