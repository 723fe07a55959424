import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { Webhook } from 'standardwebhooks';
import { freePort } from '../../scripts/free-port.mjs';
import { type Database, openDatabase } from '../../src/store/database.js';
import { migrateDatabase } from '../../src/store/migrate.js';
import { databases } from '../support/databases.js';
import { serviceProcess } from '../support/service-process.js';

const KILLS = 20;
const CLIENTS = 24;
const ACCOUNTS = 300;
/** Every client posts one event, then a batch, in turn. */
const BATCH = 12;
const SECRET = `whsec_${Buffer.from('a secret for being killed under load').toString('base64')}`;

for (const database of databases) {
  describe(`killed under full load on ${database.name}`, function () {
    this.timeout(600_000);

    it(`loses nothing that was acknowledged and decides nothing twice, over ${KILLS} kills`, async () => {
      const { config, drop } = await database.create();
      const folder = mkdtempSync(join(tmpdir(), 'ledgerbell-kill-'));
      const store = openDatabase({ config, tablePrefix: 'lb_' });
      await migrateDatabase(store);
      const service = serviceProcess({ folder, config: configuration(config, await freePort()) });
      try {
        await service.start();
        const load = startLoad(service.url);
        for (let kill = 0; kill < KILLS; kill++) {
          await new Promise((wake) => setTimeout(wake, 150 + ((kill * 97) % 400)));
          await service.kill();
          await service.start();
        }
        const acknowledged = await load.finish();
        await service.stop();
        await compare(store, acknowledged);
      } finally {
        await service.kill();
        await store.close();
        await drop();
        rmSync(folder, { recursive: true, force: true });
      }
    });
  });
}

function configuration(database: object, port: number) {
  return {
    http: { host: '127.0.0.1', port },
    dataFolder: '.',
    database: { ...database, useNullAsDefault: undefined, tablePrefix: 'lb_' },
    ingest: { signature: { scheme: 'standard-webhooks', secrets: [SECRET] } },
    rules: [resolve('test/replay/berka-rules')],
    sms: { adapters: [{ use: 'terminal' }] },
    encryption: { keys: [{ id: 'kill', key: 'e'.repeat(64) }] },
    rates: { base: 'EUR' },
    log: { level: 'error' },
  };
}

interface Acknowledged {
  /** Ids that were answered with 200. */
  ids: Set<string>;
  /** Requests that died with the process and were sent again. */
  repeated: number;
}

/** Posts without pause; what was not answered is sent again until it is. */
function startLoad(url: string): { finish(): Promise<Acknowledged> } {
  const acknowledged: Acknowledged = { ids: new Set(), repeated: 0 };
  let stopping = false;

  async function client(name: number): Promise<void> {
    for (let turn = 0; !stopping; turn++) {
      const events = Array.from({ length: turn % 2 === 0 ? 1 : BATCH }, (_, index) => eventOf(name, turn, index));
      while (!(await post(url, events))) {
        acknowledged.repeated += 1;
        await new Promise((wake) => setTimeout(wake, 20));
      }
      for (const { id } of events) acknowledged.ids.add(id);
    }
  }

  const clients = Array.from({ length: CLIENTS }, (_, name) => client(name));
  return {
    async finish() {
      stopping = true;
      await Promise.all(clients);
      return acknowledged;
    },
  };
}

function eventOf(client: number, turn: number, index: number) {
  return {
    specversion: '1.0',
    id: `k-${client}-${turn}-${index}`,
    source: 'core',
    type: 'transaction.posted',
    time: new Date(Date.now() - 1000).toISOString().replace(/\d{3}Z$/, '000Z'),
    data: {
      accountId: String((client * 31 + turn * 7 + index) % ACCOUNTS),
      direction: 'debit',
      // Every third one is at the limit of large_debit_20000.
      amount: index % 3 === 0 ? '20000.00' : '19999.99',
      currency: 'CZK',
      kind: 'transfer',
      balanceAfter: '5000.00',
    },
  };
}

async function post(url: string, events: readonly object[]): Promise<boolean> {
  const body = JSON.stringify(events);
  const at = new Date();
  const headers = {
    'content-type': 'application/cloudevents-batch+json',
    'webhook-id': 'load',
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(SECRET).sign('load', at, body),
  };
  try {
    const response = await fetch(`${url}/v1/events`, { method: 'POST', headers, body });
    if (response.status !== 200) return false;
    const answer = (await response.json()) as { rejected: number; results: object[] };
    expect(answer.rejected, JSON.stringify(answer.results).slice(0, 300)).to.equal(0);
    return answer.results.length === events.length;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}

async function compare(store: Database, { ids, repeated }: Acknowledged): Promise<void> {
  const { knex } = store;
  const events: { event_id: string; event_key: Buffer; profile_hash: Buffer }[] = await knex(
    store.table('events'),
  ).select('event_id', 'event_key', 'profile_hash');
  expect(repeated, 'requests that died with the process').to.be.above(KILLS / 2);
  expect(ids.size, 'events under load').to.be.above(1000);
  expect(new Set(events.map(({ event_id }) => event_id))).to.deep.equal(ids);
  expect(events.length, 'each event once').to.equal(ids.size);

  const profiles: { profile_hash: Buffer; sequence: number }[] = await knex(store.table('profiles')).select(
    'profile_hash',
    'sequence',
  );
  const folded = new Map<string, number>();
  for (const { profile_hash } of events) {
    const key = profile_hash.toString('hex');
    folded.set(key, (folded.get(key) ?? 0) + 1);
  }
  const sequences = profiles.map(({ profile_hash, sequence }) => [profile_hash.toString('hex'), Number(sequence)]);
  expect(new Map(sequences as [string, number][]), 'each profile folded each of its events once').to.deep.equal(folded);

  const decisions = await knex(store.table('decisions')).where({ rule: 'large_debit_20000' }).select('event_key');
  const large = [...ids].filter((id) => Number(id.split('-')[3]) % 3 === 0).length;
  expect(decisions.length, 'each large debit decided once').to.equal(large);
  expect(new Set(decisions.map(({ event_key }) => event_key.toString('hex'))).size).to.equal(large);
}
