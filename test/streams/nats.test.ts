import { expect } from 'chai';
import { LedgerbellError } from '../../src/contracts/errors.js';
import { listQuarantine } from '../../src/store/quarantine.js';
import { databases } from '../support/databases.js';
import { type HouseUnderTest, NOW, openHouse } from '../support/house.js';
import { type Nats, natsUnavailable, startNats } from '../support/nats.js';
import { waitFor } from '../support/wait-for.js';
import {
  countEvents,
  DURABLE,
  decidedOrder,
  eventOf,
  openReplica,
  openStream,
  type Replica,
  STREAM,
  type StreamWorld,
} from './stream-world.js';

const MAPPING = 'mappings: { "core.*": "bank.{{partition(4,1)}}.{{wildcard(1)}}" }';

const unavailable = natsUnavailable();
if (unavailable !== undefined) describe.skip(`a stream of NATS (skipped: ${unavailable})`, () => it('is read'));

for (const database of unavailable === undefined ? databases : []) {
  describe(`a stream of NATS on ${database.name}`, () => {
    let nats: Nats;
    let world: StreamWorld;
    let home: HouseUnderTest;
    let replicas: Replica[];

    before(async () => {
      nats = await startNats({ configuration: MAPPING });
    });
    after(() => nats.remove());
    beforeEach(async () => {
      replicas = [];
      home = await openHouse(database, { only: ['large-withdrawal'] });
      world = await openStream(nats);
    });
    afterEach(async () => {
      await Promise.all(replicas.map((replica) => replica.stop()));
      await world.close();
      await home.close();
    });

    async function read(more = {}, house = home.house): Promise<Replica> {
      const replica = await openReplica(house, world.config(more));
      replicas.push(replica);
      return replica;
    }

    const settled = () => waitFor(async () => (await world.left()) === 0, { what: 'everything to be settled' });
    const decided = (count: number) =>
      waitFor(async () => (await countEvents(home.database)) === count, {
        what: `${count} events`,
        timeoutMs: 120_000,
      });

    async function publishMany(count: number, accounts: number, partitions = 1, from = 0): Promise<string[][]> {
      const expected: string[][] = Array.from({ length: accounts }, () => []);
      for (let at = from; at < from + count; at++) {
        const account = at % accounts;
        const id = `e-${String(at).padStart(5, '0')}`;
        expected[account]?.push(id);
        await world.publish(eventOf(id, String(account), NOW - 60_000 + at), account % partitions);
      }
      return expected;
    }

    it('takes events in the structured and the binary form, and settles them after the commit', async () => {
      await read();
      await world.publish(eventOf('one', '7', NOW));
      const { data, ...attributes } = eventOf('two', '7', NOW);
      const ce = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`ce-${name}`, String(value)]));
      await world.publishRaw('bank.0.7', JSON.stringify(data), ce);
      await settled();
      expect(await decidedOrder(home.database)).to.deep.equal([['one', 'two']]);
    });

    it('puts what cannot be accepted into quarantine, and never asks for it again', async () => {
      const replica = await read({ sources: ['core'], types: ['transaction.*'] });
      await world.publishRaw('bank.0.1', 'no JSON');
      await world.publishRaw('bank.0.1', JSON.stringify([eventOf('a', '1', NOW), eventOf('b', '1', NOW)]));
      await world.publish({ ...eventOf('c', '1', NOW), source: 'elsewhere' });
      await world.publish({ ...eventOf('d', '1', NOW), type: 'account.closed', data: { accountId: '1' } });
      await world.publish({ ...eventOf('e', '1', NOW), time: 'yesterday' });
      await world.publish(eventOf('f', '1', NOW));
      await settled();
      expect(replica.counts).to.deep.equal({ done: 1, dead: 5, waits: 0 });
      const kept = await home.inTransaction((trx) => listQuarantine(home.database, trx, { limit: 10 }));
      expect(new Set(kept.map(({ origin }) => origin))).to.deep.equal(new Set(['stream/nats']));
      expect(kept.map(({ code }) => code).sort()).to.deep.equal(
        ['batch-malformed', 'json-malformed', 'stream-may-not-send', 'stream-may-not-send', 'time-malformed'].sort(),
      );
    });

    it('decides what is delivered again only once', async () => {
      await world.publish(eventOf('one', '7', NOW));
      await world.publish(eventOf('one', '7', NOW));
      const replica = await read();
      await settled();
      expect(replica.counts.done).to.equal(2);
      expect(await countEvents(home.database)).to.equal(1);
    });

    it('takes what a crashed reader left before what followed, in the order of the stream', async () => {
      const expected = await publishMany(30, 3);
      const crashed = await openCrashedReader(12);
      await read();
      await decided(30);
      expect(crashed).to.equal(12);
      expect((await decidedOrder(home.database)).sort()).to.deep.equal(expected.sort());
    });

    /** Is given messages and never settles them. */
    async function openCrashedReader(count: number): Promise<number> {
      await world.manager.consumers.add(STREAM, {
        durable_name: DURABLE,
        ack_policy: 'explicit',
        ack_wait: 1_000_000_000,
        max_ack_pending: 1000,
      });
      const consumer = await world.client.consumers.get(STREAM, DURABLE);
      let given = 0;
      for await (const _message of await consumer.fetch({ max_messages: count, expires: 2_000 })) given += 1;
      return given;
    }

    it('waits while the queue is full, and drops nothing', async () => {
      const { pipeline } = home.house;
      let full = true;
      const submit: typeof pipeline.submit = (events) =>
        full
          ? Promise.reject(Object.assign(new Error('full'), { code: 'ER_DISK_FULL', errno: 1021 }))
          : pipeline.submit(events);
      const replica = await read({}, { ...home.house, pipeline: { ...pipeline, submit } });
      const expected = await publishMany(20, 2);
      await waitFor(() => replica.counts.waits > 2, { what: 'the reader to wait' });
      expect(await countEvents(home.database)).to.equal(0);
      full = false;
      await settled();
      expect((await decidedOrder(home.database)).sort()).to.deep.equal(expected.sort());
    });

    it('puts an event aside that fails again and again by itself, and decides those around it', async () => {
      const { pipeline } = home.house;
      const submit: typeof pipeline.submit = (events) =>
        events.some(({ event }) => event.id === 'e-00004')
          ? Promise.reject(new TypeError('a mistake'))
          : pipeline.submit(events);
      const replica = await read({}, { ...home.house, pipeline: { ...pipeline, submit } });
      const expected = await publishMany(10, 2);
      await settled();
      const others = expected.map((ids) => ids.filter((id) => id !== 'e-00004'));
      expect((await decidedOrder(home.database)).sort()).to.deep.equal(others.sort());
      expect(replica.counts).to.deep.include({ done: 9, dead: 1 });
      const [kept] = await home.inTransaction((trx) => listQuarantine(home.database, trx, { limit: 10 }));
      expect([kept?.code, kept?.origin]).to.deep.equal(['event-not-decided', 'stream/nats']);
    });

    it('shares partitions among replicas, keeps the order of each account when one joins, leaves or ends', async () => {
      const partitions = { partitions: 4, subject: 'bank.{partition}.>' };
      const first = await read(partitions);
      const begun = await publishMany(80, 8, 4);
      await decided(80);
      const second = await read(partitions);
      await waitFor(async () => (await holders()) === 2, { what: 'both replicas to read' });
      const more = await publishMany(80, 8, 4, 80);
      await decided(160);
      await first.stop();
      const rest = await publishMany(80, 8, 4, 160);
      await decided(240);
      await settled();
      expect(second.counts.done).to.be.at.least(80);
      const expected = begun.map((ids, account) => [...ids, ...(more[account] ?? []), ...(rest[account] ?? [])]);
      expect((await decidedOrder(home.database)).sort()).to.deep.equal(expected.sort());
    });

    it('reads on after its lease lapsed, because the process stood still', async () => {
      await read();
      await publishMany(5, 1);
      await settled();
      const until = performance.now() + 1_500;
      while (performance.now() < until);
      await publishMany(5, 1, 1, 5);
      await decided(10);
    });

    /** How many replicas hold partitions. */
    async function holders(): Promise<number> {
      const rows: { owner: string }[] = await home.database
        .knex(home.database.table('leases'))
        .where('name', 'like', '%/partition/%')
        .select('owner');
      return new Set(rows.map(({ owner }) => owner)).size;
    }

    it('is told apart by the server itself, where a mapping gives each account its partition', async () => {
      await read({ partitions: 4, subject: 'bank.{partition}.>' });
      const expected: string[][] = Array.from({ length: 10 }, () => []);
      for (let at = 0; at < 50; at++) {
        const event = eventOf(`e-${String(at).padStart(3, '0')}`, String(at % 10), NOW + at);
        expected[at % 10]?.push(event.id);
        await world.publishRaw(`core.${event.data.accountId}`, JSON.stringify(event));
      }
      await decided(50);
      expect((await decidedOrder(home.database)).sort()).to.deep.equal(expected.sort());
      const used = await world.manager.streams.info(STREAM, { subjects_filter: 'bank.>' });
      const partitions = new Set(Object.keys(used.state.subjects ?? {}).map((subject) => subject.split('.')[1]));
      expect(partitions.size).to.be.above(1);
    });

    it('goes on after the server was killed and came back', async () => {
      const replica = await read();
      await publishMany(10, 2);
      await settled();
      const [server] = nats.servers;
      await server?.kill();
      await waitFor(() => !replica.streams[0]?.adapter.isConnected(), { what: 'the connection to break' });
      await server?.start();
      await publishMany(10, 2, 1, 10);
      await decided(20);
      await settled();
      expect(replica.streams[0]?.adapter.isConnected()).to.equal(true);
    });

    it('says how far it is behind, and takes no more than it may', async () => {
      let release: (error: Error) => void = () => undefined;
      const gate = new Promise<never>((_resolve, reject) => {
        release = reject;
      });
      const house = { ...home.house, pipeline: { ...home.house.pipeline, submit: () => gate } };
      const replica = await read({ maxPending: 5, batchEvents: 2 }, house);
      await publishMany(20, 2);
      const [{ adapter }] = replica.streams as [Replica['streams'][number]];
      await waitFor(async () => (await adapter.lag())[0]?.pending === 5, { what: 'the limit to be reached' });
      expect(await adapter.lag()).to.deep.equal([{ partition: '0', waiting: 15, pending: 5 }]);
      release(new LedgerbellError('stopping', 'The test is over'));
    });
  });
}
