/**
 * Group commit. Events that arrive while a commit is under way go with the next one: an idle system adds no delay, a busy
 * one commits many at once. An account is only ever in one batch at a time, because each shard has one writer.
 */
import { LedgerbellError } from '../../contracts/errors.js';
import { subjectHash } from '../../store/crypto/subject-hash.js';
import { eventSubject } from '../../store/events.js';
import { withTransaction } from '../../store/with-transaction.js';
import { commitBatch } from './commit-batch.js';
import type { CommitSummary, IngestHouse } from './settings.js';
import type { EventResult, IncomingEvent } from './types.js';

/** Larger batches gain nothing more and keep the first event waiting. */
const EVENTS_A_COMMIT = 256;

export interface PipelineOptions {
  /** Writers beside each other; SQLite has one. */
  writers: number;
  /** Events waiting, over all writers, beyond which no more are taken. */
  capacity: number;
  onCommitted(summary: CommitSummary): void;
}

export interface Pipeline {
  /**
   * Results in the order of the events, once all of them are durable.
   * @throws LedgerbellError `queue-full`, `stopping`; whatever the database threw, when nothing of a batch was kept
   */
  submit(events: readonly IncomingEvent[]): Promise<EventResult[]>;
  /** Events taken and not yet answered. */
  waiting(): number;
  /** Takes no more, and waits for what was taken. */
  stop(): Promise<void>;
}

interface Waiting {
  incoming: IncomingEvent;
  resolve(result: EventResult): void;
  reject(error: unknown): void;
}

interface Shard {
  queue: Waiting[];
  running: Promise<void> | undefined;
}

export function createPipeline(house: IngestHouse, options: PipelineOptions): Pipeline {
  const shards: Shard[] = Array.from({ length: options.writers }, () => ({ queue: [], running: undefined }));
  let waiting = 0;
  let stopping = false;

  function submit(events: readonly IncomingEvent[]): Promise<EventResult[]> {
    if (stopping) return Promise.reject(new LedgerbellError('stopping', 'The service is stopping'));
    if (waiting + events.length > options.capacity) {
      return Promise.reject(new LedgerbellError('queue-full', 'More events are waiting than may; send again shortly'));
    }
    waiting += events.length;
    return Promise.all(events.map(enqueue)).finally(() => {
      waiting -= events.length;
    });
  }

  function enqueue(incoming: IncomingEvent): Promise<EventResult> {
    const shard = shards[shardOf(incoming, shards.length)] as Shard;
    return new Promise((resolve, reject) => {
      shard.queue.push({ incoming, resolve, reject });
      shard.running ??= drain(shard).finally(() => {
        shard.running = undefined;
      });
    });
  }

  async function drain(shard: Shard): Promise<void> {
    while (shard.queue.length > 0) {
      // SQLite commits within one turn of the event loop, in which no request is read: those that wait are let in first.
      await nextTurn();
      await commit(shard.queue.splice(0, EVENTS_A_COMMIT));
    }
  }

  async function commit(batch: readonly Waiting[]): Promise<void> {
    try {
      const events = batch.map(({ incoming }) => incoming);
      const { results, summary } = await withTransaction(house.vault.database, (trx) =>
        commitBatch(house, trx, events),
      );
      for (const [index, one] of batch.entries()) one.resolve(results[index] as EventResult);
      options.onCommitted(summary);
    } catch (error) {
      for (const one of batch) one.reject(error);
    }
  }

  return {
    submit,
    waiting: () => waiting,
    async stop() {
      stopping = true;
      await Promise.all(shards.map(({ running }) => running));
    },
  };
}

function shardOf({ event }: IncomingEvent, shards: number): number {
  return shards === 1 ? 0 : subjectHash(eventSubject(event)).readUInt32BE(0) % shards;
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
