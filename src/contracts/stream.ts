/**
 * What a stream of events (NATS JetStream, Kafka) is to the rest of the house. An adapter connects, delivers batches in the
 * order of their partition, and settles what it is told to settle, only after the commit. Deciding, retrying and the
 * quarantine belong to the core; that a message comes twice is harmless, since events are idempotent.
 */

/** One message as it lies in the stream. */
export interface StreamMessage {
  /** The same for the same message however often it is delivered, such as its sequence number; for logs and retries. */
  id: string;
  /** Lower-case names. `ce-*` attributes of the binary form among them. */
  headers: Readonly<Record<string, string>>;
  body: Buffer;
}

/** Messages of one partition, in its order. An account's events are all in one partition. */
export interface StreamBatch {
  partition: string;
  messages: readonly StreamMessage[];
}

/** `done`: committed, a duplicate included. `dead`: refused for good and kept in quarantine; never to be delivered again. */
export type Settled = 'done' | 'dead';

/** What became of a batch. */
export interface BatchAnswer {
  /** Of the first messages of the batch; the others are to be delivered again, before anything that follows them. */
  settled: readonly Settled[];
  /** Milliseconds until then; absent: at once. */
  retryAfterMs?: number;
}

/** Never throws. The adapter hands over the next batch of a partition only after this one is answered. */
export type TakeBatch = (batch: StreamBatch) => Promise<BatchAnswer>;

export interface PartitionLag {
  partition: string;
  /** Messages that nobody was given yet. */
  waiting: number;
  /** Messages that were given to somebody and are not settled. */
  pending: number;
}

/** A partition that this replica may read for as long as `isHeld`. */
export interface PartitionLease {
  partition: string;
  /** False once another replica may have it: then nothing more is fetched or settled. */
  isHeld(): boolean;
}

/** Reading of one partition. */
export interface PartitionReader {
  /** Fetches no more, waits for the batch under way, and gives back what was not begun. */
  stop(): Promise<void>;
}

/** What the core lends an adapter. */
export interface StreamTools {
  /** The name of this stream in the configuration. */
  name: string;
  take: TakeBatch;
  /** Longest batch. */
  batchEvents: number;
  log: {
    info(fields: object, message: string): void;
    warn(fields: object, message: string): void;
  };
  /**
   * Shares partitions among the replicas, for engines that do not do so themselves: calls `read` for each one that this
   * replica gets, and stops its reader before another one gets it. Returns how to stop all of them.
   */
  share(partitions: readonly string[], read: (lease: PartitionLease) => PartitionReader): { stop(): Promise<void> };
}

/** A ready stream. Neither a server that is away nor one that comes back needs anything from outside. */
export interface StreamAdapter {
  /** Begins to read, now or once the server can be reached. */
  start(): void;
  /** Whether there is a connection at the moment. */
  isConnected(): boolean;
  /** Figures of all partitions, whoever reads them; rejects where the server cannot be asked. */
  lag(): Promise<PartitionLag[]>;
  /** Finishes what is under way, gives back what was not begun, and disconnects. */
  stop(): Promise<void>;
}

/** `adapters/streams/<engine>/index.ts` exports one of these as `default`. */
export interface StreamAdapterDefinition<Config = unknown> {
  name: string;
  /** JSON Schema of its part of the configuration; `sensitive: true` marks what must never be shown. */
  configSchema: Record<string, unknown>;
  /** Loads the engine's own library. @throws LedgerbellError `stream-driver-missing` */
  create(config: Config, tools: StreamTools): Promise<StreamAdapter>;
}
