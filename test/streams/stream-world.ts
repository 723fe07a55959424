/** A stream in a real NATS, what a core system would publish into it, and replicas that read it. */
import { type JetStreamClient, type JetStreamManager, jetstream } from '@nats-io/jetstream';
import { headers, type NatsConnection } from '@nats-io/transport-node';
import type { House } from '../../src/flows/house.js';
import { eventOfMessage } from '../../src/http/stream-message.js';
import { createStreamWorker, type StreamWorker } from '../../src/jobs/stream-worker.js';
import type { StreamConfig } from '../../src/registry/streams.js';
import type { Database } from '../../src/store/database.js';
import type { Nats } from '../support/nats.js';
import { waitFor } from '../support/wait-for.js';

export const STREAM = 'BANK';
export const DURABLE = 'ledgerbell';

export interface StreamWorld {
  connection: NatsConnection;
  manager: JetStreamManager;
  client: JetStreamClient;
  /** The subject is `bank.<partition>.<account>`. */
  publish(event: TestEvent, partition?: number): Promise<void>;
  publishRaw(subject: string, body: string, attributes?: Record<string, string>): Promise<void>;
  /** Messages that are not settled, over all consumers; all of them where there is no consumer yet. */
  left(): Promise<number>;
  config(more?: Partial<StreamConfig>): StreamConfig;
  close(): Promise<void>;
}

export interface TestEvent {
  id: string;
  source: string;
  type: string;
  data: { accountId: string };
  [attribute: string]: unknown;
}

export async function openStream(nats: Nats, replicas = 1): Promise<StreamWorld> {
  const { connection, manager } = await nats.connect();
  // A cluster may leave a question unanswered while its servers find together; a stream that is there already is no mistake.
  await waitFor(() => manager.streams.add({ name: STREAM, subjects: ['bank.>'], num_replicas: replicas }), {
    what: 'the stream to be made',
    everyMs: 100,
  });
  const client = jetstream(connection);
  const publishRaw = async (subject: string, body: string, attributes: Record<string, string> = {}) => {
    const sent = headers();
    for (const [name, value] of Object.entries(attributes)) sent.set(name, value);
    // While the server is away this is tried again: a message that lies there twice is harmless.
    const publish = () => client.publish(subject, body, { headers: sent, timeout: 2_000 });
    await waitFor(publish, { what: 'the stream to answer', timeoutMs: 120_000, everyMs: 50 });
  };
  return {
    connection,
    manager,
    client,
    publish: (event, partition = 0) => publishRaw(`bank.${partition}.${event.data.accountId}`, JSON.stringify(event)),
    publishRaw,
    async left() {
      const consumers = await manager.consumers.list(STREAM).next();
      if (consumers.length === 0) return Number.POSITIVE_INFINITY;
      return consumers.reduce((sum, { num_pending, num_ack_pending }) => sum + num_pending + num_ack_pending, 0);
    },
    config: (more = {}) => ({
      use: 'nats',
      servers: nats.urls,
      stream: STREAM,
      durable: DURABLE,
      ackWaitSeconds: 1,
      leaseSeconds: 1,
      reconnectMs: 20,
      ...more,
    }),
    async close() {
      await manager.streams.delete(STREAM).catch(() => undefined);
      await connection.close();
    },
  };
}

export interface Replica extends StreamWorker {
  counts: { done: number; dead: number; waits: number };
}

export async function openReplica(house: House, ...streams: StreamConfig[]): Promise<Replica> {
  const counts = { done: 0, dead: 0, waits: 0 };
  const worker = await createStreamWorker(house, {
    streams,
    largestBatch: 10_000,
    read: ({ headers: read, body }) => eventOfMessage(read, body),
    watch: {
      taken(_stream, { done, dead, waits }) {
        counts.done += done;
        counts.dead += dead;
        counts.waits += waits ? 1 : 0;
      },
    },
  });
  worker.start();
  return { ...worker, counts };
}

export function eventOf(id: string, accountId: string, time: number): TestEvent {
  return {
    specversion: '1.0',
    id,
    source: 'core',
    type: 'transaction.posted',
    time: new Date(time).toISOString(),
    data: { accountId, direction: 'debit', amount: '10.00', currency: 'EUR', kind: 'card-payment' } as never,
  };
}

/** The ids of each account's events, in the order they were decided in. */
export async function decidedOrder(database: Database): Promise<string[][]> {
  const rows: { event_id: string; profile_hash: Buffer }[] = await database
    .knex(database.table('events'))
    .select('event_id', 'profile_hash')
    .orderBy(['profile_hash', 'sequence']);
  const byProfile = new Map<string, string[]>();
  for (const { event_id, profile_hash } of rows) {
    const key = profile_hash.toString('hex');
    byProfile.set(key, [...(byProfile.get(key) ?? []), event_id]);
  }
  return [...byProfile.values()];
}

export async function countEvents(database: Database): Promise<number> {
  const row = await database.knex(database.table('events')).count({ all: '*' }).first();
  return Number(row?.all);
}
