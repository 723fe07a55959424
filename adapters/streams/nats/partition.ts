/** Reads one partition: fetches ahead up to a limit, hands over batches one after the other, and settles after the commit. */
import { setTimeout as pause } from 'node:timers/promises';
import type { ConsumerInfo, JsMsg } from '@nats-io/jetstream';
import type { PartitionLease, PartitionReader, StreamTools } from '../../../src/contracts/stream.js';
import { type Connected, codeOf, type Link } from './connection.js';
import { ensureConsumer } from './consumer.js';
import type { Libraries } from './libraries.js';
import { toMessage } from './message.js';
import { createInbox, type OrderedInbox } from './ordered-inbox.js';
import { ackWaitMs, LONGEST_WAIT_MS, maxPending, type NatsConfig, type PartitionNames } from './settings.js';

export interface PartitionOptions {
  config: NatsConfig;
  libraries: Libraries;
  link: Link;
  tools: StreamTools;
  names: PartitionNames;
  lease: PartitionLease;
}

/** Between two looks at whether everything that is pending has come. */
const LOOK_MS = 100;
const FIRST_WAIT_MS = 250;
/** A reader that gets nothing still looks whether it may go on reading. */
const IDLE_MS = 1_000;

export function readPartition(options: PartitionOptions): PartitionReader {
  const { lease, names, tools, link } = options;
  const stopping = new AbortController();

  async function run(): Promise<void> {
    for (let waitMs = FIRST_WAIT_MS; mayRead(); ) {
      try {
        const connected = await Promise.race([link.ready, aborted(stopping.signal)]);
        await readUntilBroken(options, connected, stopping.signal, () => {
          waitMs = FIRST_WAIT_MS;
        });
      } catch (error) {
        if (!mayRead()) return;
        const fields = { stream: tools.name, partition: names.partition, error: codeOf(error), waitMs };
        tools.log.warn(fields, 'the partition cannot be read; trying again');
        await pause(waitMs, undefined, { signal: stopping.signal }).catch(() => undefined);
        waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
      }
    }
  }

  const mayRead = (): boolean => !stopping.signal.aborted && lease.isHeld();
  const ended = run();
  return {
    async stop() {
      stopping.abort();
      await ended;
    },
  };
}

/** Returns when it may read no longer; throws when the consumer is gone. */
async function readUntilBroken(
  { config, libraries, tools, names, lease }: PartitionOptions,
  { connection, client, manager }: Connected,
  stopping: AbortSignal,
  onReading: () => void,
): Promise<void> {
  const before = await ensureConsumer(manager, libraries, config, names);
  const bell = createBell();
  const inbox = createInbox<JsMsg>(settledUpTo(before), bell.ring);
  const consumer = await client.consumers.get(config.stream, names.durable);
  const fetching = await consumer.consume({
    max_messages: Math.min(tools.batchEvents * 2, maxPending(config)),
    abort_on_missing_resource: true,
    callback: inbox.push,
  });
  let failure: unknown;
  let isBroken = false;
  void fetching.closed().then((error) => {
    failure = error instanceof Error ? error : new Error('the consumer is gone');
    isBroken = true;
    bell.ring();
  });
  let begun: readonly JsMsg[] = [];
  const alive = setInterval(() => {
    if (lease.isHeld() && !connection.isClosed()) for (const message of [...begun, ...inbox.all()]) message.working();
  }, ackWaitMs(config) / 3);
  stopping.addEventListener('abort', bell.ring);
  try {
    onReading();
    while (!isBroken && !stopping.aborted && lease.isHeld()) {
      if (!inbox.isCertain()) await gather();
      begun = inbox.take(tools.batchEvents);
      if (begun.length === 0) await bell.next(inbox.isCertain() ? IDLE_MS : LOOK_MS);
      else await decide();
    }
    if (isBroken && !stopping.aborted) throw failure;
  } finally {
    stopping.removeEventListener('abort', bell.ring);
    clearInterval(alive);
    await fetching.close();
    await giveBack(inbox);
  }

  /** Asks how much is pending, after what was settled has arrived there. */
  async function gather(): Promise<void> {
    await connection.flush();
    const held = inbox.size();
    const info = await manager.consumers.info(config.stream, names.durable);
    inbox.compare(held, info.num_ack_pending);
  }

  async function decide(): Promise<void> {
    while (begun.length > 0 && !stopping.aborted && !isBroken) {
      const messages = begun.map(toMessage);
      const { settled, retryAfterMs } = await tools.take({ partition: names.partition, messages });
      // Another reader may have been given them: they are its to settle.
      if (!lease.isHeld()) break;
      settle(begun, settled);
      begun = begun.slice(settled.length);
      if (begun.length > 0 && retryAfterMs !== undefined) {
        await pause(retryAfterMs, undefined, { signal: stopping }).catch(() => undefined);
      }
    }
    inbox.putBack(begun);
    begun = [];
  }

  async function giveBack(left: OrderedInbox<JsMsg>): Promise<void> {
    if (connection.isClosed()) return;
    if (lease.isHeld()) for (const message of left.all()) message.nak();
    await Promise.race([connection.flush(), pause(FIRST_WAIT_MS)]).catch(() => undefined);
  }
}

/** The consumer's count of deliveries, where none of them is open. */
function settledUpTo({ num_ack_pending, delivered }: ConsumerInfo): number | undefined {
  return num_ack_pending === 0 ? delivered.consumer_seq : undefined;
}

function settle(messages: readonly JsMsg[], settled: readonly ('done' | 'dead')[]): void {
  for (const [index, outcome] of settled.entries()) {
    if (outcome === 'done') messages[index]?.ack();
    else messages[index]?.term();
  }
}

/** Wakes who waits; a ring while nobody waits is not lost. */
function createBell() {
  let rung = false;
  let wake: () => void = () => undefined;
  return {
    ring() {
      rung = true;
      wake();
    },
    async next(longestMs: number): Promise<void> {
      if (!rung) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, longestMs);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      rung = false;
    },
  };
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
