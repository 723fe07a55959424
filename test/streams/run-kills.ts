/**
 * A cluster of three NATS servers, a stream with three copies, and the real service as a process: events are published without
 * pause while the process is killed again and again, and the server that leads the stream once.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { freePort } from '../../scripts/free-port.mjs';
import { type Database, openDatabase } from '../../src/store/database.js';
import { migrateDatabase } from '../../src/store/migrate.js';
import type { TestDatabase } from '../support/databases.js';
import { startNats } from '../support/nats.js';
import { serviceProcess } from '../support/service-process.js';
import { waitFor } from '../support/wait-for.js';
import { countEvents, DURABLE, decidedOrder, openStream, STREAM, type StreamWorld } from './stream-world.js';

export interface KillsOptions {
  events: number;
  /** How often the process that reads is killed. */
  kills: number;
  patienceMs: number;
}

export interface KillsReport {
  seconds: number;
  /** Messages in the stream: some were published twice, while no server answered. */
  messages: number;
  /** Deliveries of the stream's messages, over all partitions. */
  deliveries: number;
}

const PARTITIONS = 4;
const ACCOUNTS = 200;
const TIME = Date.UTC(2026, 9, 1);

export async function runKills(database: TestDatabase, options: KillsOptions): Promise<KillsReport> {
  const began = performance.now();
  const { config, drop } = await database.create();
  const folder = mkdtempSync(join(tmpdir(), 'ledgerbell-stream-'));
  const store = openDatabase({ config, tablePrefix: 'lb_' });
  const nats = await startNats({ servers: 3 });
  const world = await openStream(nats, 3);
  const service = serviceProcess({ folder, config: configuration(config, nats.urls, await freePort()) });
  try {
    await migrateDatabase(store);
    await service.start();
    const publishing = publishAll(world, options.events);
    for (let kill = 1; kill <= options.kills; kill++) {
      await reach(store, Math.floor((options.events * kill) / (options.kills + 2)), options);
      await service.kill();
      if (kill === Math.ceil(options.kills / 2)) await killLeader(world, nats.servers);
      await service.start();
    }
    await publishing;
    await reach(store, options.events, options);
    await waitFor(async () => (await world.left()) === 0, { what: 'all to be settled', timeoutMs: options.patienceMs });
    await compare(store, options.events);
    await service.stop();
    return { seconds: (performance.now() - began) / 1000, ...(await figures(world)) };
  } finally {
    await service.kill();
    await world.connection.close();
    await nats.remove();
    await store.close();
    await drop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function configuration(database: object, servers: string[], port: number) {
  const stream = { use: 'nats', servers, stream: STREAM, durable: DURABLE, subject: 'bank.{partition}.>' };
  return {
    http: { host: '127.0.0.1', port },
    dataFolder: '.',
    database: { ...database, useNullAsDefault: undefined, tablePrefix: 'lb_' },
    streams: [{ ...stream, partitions: PARTITIONS, ackWaitSeconds: 2, leaseSeconds: 2, reconnectMs: 50 }],
    rules: [resolve('test/replay/berka-rules')],
    sms: { adapters: [{ use: 'terminal' }] },
    encryption: { keys: [{ id: 'kill', key: 'e'.repeat(64) }] },
    rates: { base: 'EUR' },
    log: { level: 'error' },
  };
}

/** Each account's events one after the other, the accounts beside each other. */
async function publishAll(world: StreamWorld, events: number): Promise<void> {
  await Promise.all(
    Array.from({ length: ACCOUNTS }, async (_, account) => {
      for (let at = account; at < events; at += ACCOUNTS) await world.publish(eventAt(at), account % PARTITIONS);
    }),
  );
}

const idAt = (at: number): string => `s-${String(at).padStart(6, '0')}`;
const isLarge = (at: number): boolean => Math.floor(at / ACCOUNTS) % 3 === 0;

function eventAt(at: number) {
  const data = {
    ...{ accountId: String(at % ACCOUNTS), direction: 'debit', amount: isLarge(at) ? '20000.00' : '19999.99' },
    ...{ currency: 'CZK', kind: 'transfer', balanceAfter: '5000.00' },
  };
  const time = new Date(TIME + at * 1000).toISOString();
  return { specversion: '1.0', id: idAt(at), source: 'core', type: 'transaction.posted', time, data };
}

/** A database that others write to at this moment may not answer at once. */
async function reach(store: Database, count: number, { patienceMs }: KillsOptions): Promise<void> {
  await waitFor(async () => (await countEvents(store)) >= count, {
    what: `${count} events to be decided`,
    timeoutMs: patienceMs,
    everyMs: 100,
  });
}

async function killLeader(
  { manager }: StreamWorld,
  servers: readonly { name: string; kill(): Promise<void> }[],
): Promise<void> {
  const { cluster } = await waitFor(() => manager.streams.info(STREAM), {
    what: 'the stream to say who leads it',
    timeoutMs: 120_000,
  });
  const leader = servers.find(({ name }) => name === cluster?.leader);
  expect(leader, 'the leader').not.to.equal(undefined);
  await leader?.kill();
}

async function compare(store: Database, events: number): Promise<void> {
  const expected = Array.from({ length: ACCOUNTS }, (_, account) =>
    Array.from({ length: Math.ceil((events - account) / ACCOUNTS) }, (_none, turn) => idAt(account + turn * ACCOUNTS)),
  ).filter((ids) => ids.length > 0);
  const order = await decidedOrder(store);
  expect(order.flat().length, 'each event once').to.equal(events);
  expect(order.sort(byFirst), 'each account in its order').to.deep.equal(expected.sort(byFirst));
  const decisions: { event_key: Buffer }[] = await store
    .knex(store.table('decisions'))
    .where({ rule: 'large_debit_20000' })
    .select('event_key');
  const large = Array.from({ length: events }, (_, at) => at).filter(isLarge).length;
  expect(decisions.length, 'each large debit decided once').to.equal(large);
  expect(new Set(decisions.map(({ event_key }) => event_key.toString('hex'))).size).to.equal(large);
}

const byFirst = (one: string[], other: string[]): number => String(one[0]).localeCompare(String(other[0]));

/** A cluster that lost a server may leave one question unanswered: it is asked again. */
function figures({ manager }: StreamWorld): Promise<Pick<KillsReport, 'messages' | 'deliveries'>> {
  const ask = async () => {
    const { state } = await manager.streams.info(STREAM);
    const consumers = await manager.consumers.list(STREAM).next();
    const deliveries = consumers.reduce((sum, { delivered }) => sum + delivered.consumer_seq, 0);
    return { messages: state.messages, deliveries };
  };
  return waitFor(ask, { what: 'the stream to say what it holds', timeoutMs: 120_000 });
}
