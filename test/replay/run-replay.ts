/** Sends a replay set to a real service as signed webhooks, and compares what it decided and what left with what must. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { Webhook } from 'standardwebhooks';
import { freePort } from '../../scripts/free-port.mjs';
import type { CloudEvent } from '../../src/contracts/event.js';
import { putAccount } from '../../src/store/accounts.js';
import { createKeyRing } from '../../src/store/crypto/key-ring.js';
import { openVault } from '../../src/store/crypto/vault.js';
import { putCustomer } from '../../src/store/customers.js';
import { openDatabase } from '../../src/store/database.js';
import { migrateDatabase } from '../../src/store/migrate.js';
import { withTransaction } from '../../src/store/with-transaction.js';
import type { TestDatabase } from '../support/databases.js';
import { type ServiceProcess, serviceProcess } from '../support/service-process.js';
import { type SmsGateway, startSmsGateway } from '../support/sms-gateway.js';
import { waitFor } from '../support/wait-for.js';
import type { ReplaySet } from './replay-data.js';

export interface ReplayMode {
  name: string;
  /** Events in one request; 1 is the structured form. */
  batch: number;
  /** Every request is sent twice. */
  twice?: boolean;
  /** How often the service is killed and started again on the way. */
  kills?: number;
}

const SECRET = `whsec_${Buffer.from('a secret for replays, and for nothing else').toString('base64')}`;
const KEY = 'd'.repeat(64);

interface AnsweredEvent {
  id: string;
  status: string;
  alerts: { id: string; rule: string; status: string }[];
}

/** What was answered, by event. */
type Answers = Map<string, AnsweredEvent>;

export async function runReplay(database: TestDatabase, set: ReplaySet, mode: ReplayMode): Promise<void> {
  const { config, drop } = await database.create();
  const folder = mkdtempSync(join(tmpdir(), 'ledgerbell-replay-'));
  const gateway = await startSmsGateway();
  const store = openDatabase({ config, tablePrefix: 'lb_' });
  const port = await freePort();
  const service = serviceProcess({ folder, config: configuration(config, set, gateway, port, mode) });
  try {
    await registerAll(store, set);
    await service.start();
    const answers = await sendAll(service, set, mode);
    await settled(store);
    compareDecisions(set, answers);
    await compareDelivery(store, answers, gateway, mode);
  } catch (error) {
    throw new Error(`${(error as Error).message}\n--- the service wrote:\n${service.output().slice(-3000)}`, {
      cause: error,
    });
  } finally {
    await service.stop();
    await gateway.close();
    await store.close();
    await drop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function configuration(database: object, set: ReplaySet, gateway: SmsGateway, port: number, { kills }: ReplayMode) {
  return {
    http: { host: '127.0.0.1', port, publicUrl: `http://127.0.0.1:${port}/v1` },
    dataFolder: '.',
    database: { ...database, useNullAsDefault: undefined, tablePrefix: 'lb_' },
    ingest: { signature: { scheme: 'standard-webhooks', secrets: [SECRET] } },
    rules: [resolve(set.rules)],
    sms: {
      senders: { default: 'BANK' },
      adapters: [{ use: 'kannel', baseUrl: gateway.url, username: 'u', password: 'p' }],
    },
    encryption: { keys: [{ id: 'replay', key: KEY }] },
    rates: { base: 'EUR' },
    timeZone: 'Europe/Prague',
    // A machine with other work may hold an answer up; only what a kill left behind is to be given up soon.
    delivery: { attemptSeconds: kills === undefined ? 60 : 2 },
    log: { level: 'error' },
  };
}

/** One customer an account, each with a fictional number. */
async function registerAll(store: ReturnType<typeof openDatabase>, set: ReplaySet): Promise<void> {
  await migrateDatabase(store);
  const vault = await openVault(store, createKeyRing([{ id: 'replay', key: KEY }]));
  const accounts = [...new Set(set.events.map(({ data }) => String(data.accountId)))];
  const at = Date.now();
  for (let start = 0; start < accounts.length; start += 100) {
    await withTransaction(store, async (trx) => {
      for (const accountId of accounts.slice(start, start + 100)) {
        const customerId = `c${accountId}`;
        const document = { phone: '+12015550100', locale: 'en', timeZone: 'Europe/Prague' };
        await putCustomer(vault, trx, { entity: 'default', customerId, document, at });
        const holders = [{ customerId, role: 'owner' as const }];
        await putAccount(vault, trx, {
          entity: 'default',
          accountId,
          document: { holders, currency: set.currency },
          at,
        });
      }
    });
  }
}

async function sendAll(service: ServiceProcess, set: ReplaySet, mode: ReplayMode): Promise<Answers> {
  const answers: Answers = new Map();
  const requests: CloudEvent[][] = [];
  for (let start = 0; start < set.events.length; start += mode.batch) {
    requests.push(set.events.slice(start, start + mode.batch));
  }
  const kills = killPoints(requests.length, mode.kills ?? 0);
  for (const [index, events] of requests.entries()) {
    if (kills.has(index)) await killDuring(service, events, index);
    for (let time = 0; time < (mode.twice ? 2 : 1); time++) {
      const results = await post(service.url, events);
      expect(results.map(({ id }) => id)).to.deep.equal(events.map(({ id }) => id));
      for (const result of results) noteAnswer(answers, result, time);
    }
  }
  return answers;
}

function noteAnswer(answers: Answers, result: AnsweredEvent, time: number): void {
  if (result.status === 'rejected') throw new Error(`rejected: ${JSON.stringify(result)}`);
  if (time === 0) answers.set(result.id, result);
  else {
    expect(result.status).to.equal('duplicate');
    expect(result.alerts).to.deep.equal(answers.get(result.id)?.alerts, 'the second answer repeats the first');
  }
}

/** Spread evenly, away from the ends. */
function killPoints(requests: number, kills: number): Set<number> {
  return new Set(Array.from({ length: kills }, (_, index) => Math.floor(((index + 0.5) * requests) / kills)));
}

/** The request is under way when the process dies: whether it was committed, nobody knows; it is sent again. */
async function killDuring(service: ServiceProcess, events: CloudEvent[], index: number): Promise<void> {
  const lost = post(service.url, events).catch(() => undefined);
  await new Promise((resolve) => setTimeout(resolve, (index * 7) % 23));
  await service.kill();
  await lost;
  await service.start();
}

async function post(url: string, events: readonly CloudEvent[]): Promise<AnsweredEvent[]> {
  const [only] = events;
  const isBatch = events.length > 1 || only === undefined;
  const body = JSON.stringify(isBatch ? events : only);
  const id = only?.id ?? 'none';
  const at = new Date();
  const response = await fetch(`${url}/v1/events`, {
    method: 'POST',
    headers: {
      'content-type': isBatch ? 'application/cloudevents-batch+json' : 'application/cloudevents+json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': new Webhook(SECRET).sign(id, at, body),
    },
    body,
  });
  const answer = (await response.json()) as { results: AnsweredEvent[] };
  expect(response.status, JSON.stringify(answer).slice(0, 500)).to.equal(200);
  return answer.results;
}

/** Until nothing is queued or on its way: what a kill left behind has become `unknown` by then. */
async function settled(store: ReturnType<typeof openDatabase>): Promise<void> {
  await waitFor(
    async () => {
      const rows = await store
        .knex(store.table('alerts'))
        .whereIn('status', ['queued', 'sending'])
        .count({ left: '*' });
      return Number(rows[0]?.left) === 0;
    },
    { what: 'every alert to have left', timeoutMs: 900_000, everyMs: 50 },
  );
}

function compareDecisions(set: ReplaySet, answers: Answers): void {
  const got: Record<string, string[]> = Object.fromEntries(Object.keys(set.expected).map((rule) => [rule, []]));
  const seen = new Set(set.events.map(({ id }) => id));
  for (const { id } of set.events) {
    for (const alert of answers.get(id)?.alerts ?? []) {
      if (alert.status !== 'suppressed') got[alert.rule]?.push(id);
    }
  }
  const expected = Object.entries(set.expected).map(([rule, ids]) => [rule, ids.filter((id) => seen.has(id))]);
  expect(got).to.deep.equal(Object.fromEntries(expected));
}

/** One SMS an alert at the gateway: never two, and each that is missing is listed as `unknown`. */
async function compareDelivery(
  store: ReturnType<typeof openDatabase>,
  answers: Answers,
  gateway: SmsGateway,
  mode: ReplayMode,
): Promise<void> {
  const made = [...answers.values()].flatMap(({ alerts }) => alerts).filter(({ status }) => status !== 'suppressed');
  const rows: { alert_id: string; status: string }[] = await store
    .knex(store.table('alerts'))
    .select('alert_id', 'status');
  expect(new Set(rows.map(({ alert_id }) => alert_id))).to.deep.equal(new Set(made.map(({ id }) => id)));
  for (const { alert_id, status } of rows) {
    const times = gateway.taken.get(alert_id) ?? 0;
    expect(times, `${alert_id} (${status}) at the gateway`).to.be.at.most(1);
    if (times === 0) expect(status, `${alert_id} never reached the gateway`).to.equal('unknown');
    else expect(status, `${alert_id} reached the gateway`).to.be.oneOf(['accepted', 'unknown']);
  }
  const unknown = rows.filter(({ status }) => status === 'unknown').length;
  if (mode.kills === undefined) expect(unknown).to.equal(0);
}
