/** Streams: how far they are behind, and what became of their messages. */
import { Counter, Gauge, type Registry } from 'prom-client';
import type { PartitionLag, StreamAdapter } from '../contracts/stream.js';
import { within } from '../flows/deliver/within.js';

export interface StreamFigures {
  taken(stream: string, counts: { done: number; dead: number; waits: boolean }): void;
}

export interface StreamFiguresOptions {
  registry: Registry;
  /** Asked when somebody looks. */
  streams(): readonly { name: string; adapter: StreamAdapter }[];
  patienceMs: number;
  errors: Counter<'figure'>;
}

export function createStreamFigures({ registry, streams, patienceMs, errors }: StreamFiguresOptions): StreamFigures {
  const registers = [registry];
  const messages = new Counter({
    name: 'ledgerbell_stream_messages_total',
    help: 'Messages of a stream that were settled: done, or dead where they went to quarantine',
    labelNames: ['stream', 'outcome'],
    registers,
  });
  const waits = new Counter({
    name: 'ledgerbell_stream_waits_total',
    help: 'Batches of a stream that had to wait for the database or the queue',
    labelNames: ['stream'],
    registers,
  });
  new Gauge({
    name: 'ledgerbell_stream_connected',
    help: 'Whether this replica is connected to the stream',
    labelNames: ['stream'],
    registers,
    collect() {
      for (const { name, adapter } of streams()) this.set({ stream: name }, adapter.isConnected() ? 1 : 0);
    },
  });
  new Gauge({
    name: 'ledgerbell_stream_lag',
    help: 'Messages of a stream by partition: waiting for a reader, or pending at one',
    labelNames: ['stream', 'partition', 'state'],
    registers,
    async collect() {
      this.reset();
      for (const { name, adapter } of streams()) {
        for (const { partition, waiting, pending } of await lagOf(adapter)) {
          this.set({ stream: name, partition, state: 'waiting' }, waiting);
          this.set({ stream: name, partition, state: 'pending' }, pending);
        }
      }
    },
  });

  async function lagOf(adapter: StreamAdapter): Promise<PartitionLag[]> {
    try {
      return await within(patienceMs, adapter.lag());
    } catch {
      errors.inc({ figure: 'stream' });
      return [];
    }
  }

  return {
    taken(stream, { done, dead, waits: isWaiting }) {
      messages.inc({ stream, outcome: 'done' }, done);
      messages.inc({ stream, outcome: 'dead' }, dead);
      waits.inc({ stream }, isWaiting ? 1 : 0);
    },
  };
}
