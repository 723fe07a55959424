/**
 * A campaign in a real service that is killed with SIGKILL again and again, against a gateway that counts what each phone got.
 * `LEDGERBELL_CAMPAIGN_CUSTOMERS` and `LEDGERBELL_CAMPAIGN_SECONDS` set the size of the large one.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../scripts/free-port.mjs';
import { type Database, openDatabase } from '../../src/store/database.js';
import { migrateDatabase } from '../../src/store/migrate.js';
import type { TestDatabase } from '../support/databases.js';
import { type ServiceProcess, serviceProcess } from '../support/service-process.js';
import { waitFor } from '../support/wait-for.js';
import { agreedAmong, KEYS, numberOf, writeCustomers } from './campaign-customers.js';

export interface CampaignPlan {
  customers: number;
  kills: number;
  /** Milliseconds between two kills. */
  livesFor: number;
  /** Milliseconds after which it is stopped; absent, it runs to its end. */
  stopAfter?: number;
}

export interface CampaignFigures {
  customers: number;
  /** Customers gone through. */
  seen: number;
  /** Alerts that were made for them, and those that had to be. */
  alerts: number;
  expected: number;
  /** SMS at the gateway, phones that got one, and phones that got more than one. */
  sms: number;
  phones: number;
  repeats: number;
  /** Left and never heard of again, because the process died. */
  unknown: number;
  /** Of all alerts, how many wait or are on their way in the end. */
  open: number;
  state: string;
  /** Milliseconds from the answer to the start until the first SMS; from the answer to the stop until the last. */
  firstAfter: number;
  lastAfterStop?: number;
  perSecond: number;
  /** Megabytes of resident memory over the last life: when what is remembered has filled, at its end, and the most. */
  memory: { early: number; late: number; most: number; seconds: number };
}

export async function runCampaign(kind: TestDatabase, plan: CampaignPlan): Promise<CampaignFigures> {
  const { config, drop } = await kind.create();
  const folder = mkdtempSync(join(tmpdir(), 'ledgerbell-campaign-'));
  const store = openDatabase({ config, tablePrefix: 'lb_', synchronous: 'NORMAL' });
  const gateway = await startGateway(plan.customers);
  await migrateDatabase(store);
  await writeCustomers(store, plan.customers);
  const configuration = await configurationOf(config, folder, gateway.url);
  const service = serviceProcess({ folder, config: configuration });
  try {
    await service.start();
    return await live(service, store, gateway, plan);
  } catch (error) {
    throw new Error(`${String(error)}\n${service.output().slice(-2_000)}`, { cause: error });
  } finally {
    await service.kill();
    await store.close();
    await gateway.close();
    await drop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function live(
  service: ServiceProcess,
  store: Database,
  gateway: Gateway,
  plan: CampaignPlan,
): Promise<CampaignFigures> {
  const ask = async (path: string, body?: object) => {
    const method = body === undefined ? 'GET' : 'POST';
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${service.url}/v1${path}`, { method, headers, body: body && JSON.stringify(body) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
    return JSON.parse(text);
  };
  await ask('/campaigns', SOURCE);
  const began = Date.now();
  await ask('/campaigns/savings/start', {});
  const started = Date.now();
  await waitFor(() => gateway.count() > 0, { what: 'the first SMS', timeoutMs: 60_000, everyMs: 2 });
  const firstAfter = gateway.firstAt() - started;
  for (let kill = 0; kill < plan.kills; kill++) {
    await pause(plan.livesFor);
    await service.kill();
    await service.start();
  }
  const memory = watchMemory(service);
  let lastAfterStop: number | undefined;
  if (plan.stopAfter === undefined) {
    await waitFor(async () => (await ask('/campaigns/savings')).state === 'finished', {
      what: 'the end of the campaign',
      timeoutMs: 600_000,
      everyMs: 200,
    });
  } else {
    await pause(Math.max(0, plan.stopAfter - (Date.now() - began)));
    await ask('/campaigns/savings/stop', {});
    const stopped = Date.now();
    await waitFor(async () => (await waiting(store)) === 0, { what: 'what waits', timeoutMs: 600_000, everyMs: 200 });
    lastAfterStop = gateway.lastAt() - stopped;
    await pause(2_000);
  }
  const measured = memory.end();
  const ended = Date.now();
  await service.stop();
  return {
    ...(await judge(store, gateway, plan)),
    firstAfter,
    memory: measured,
    perSecond: Math.round((gateway.count() / (ended - began)) * 1_000),
    ...(lastAfterStop === undefined ? {} : { lastAfterStop }),
  };
}

async function judge(store: Database, gateway: Gateway, { customers }: CampaignPlan) {
  const { knex } = store;
  const run = await knex('lb_campaign_runs').first('tallies', 'last_customer');
  const campaign = await knex('lb_campaigns').first('state');
  const rows: { status: string; count: number }[] = await knex('lb_alerts')
    .groupBy('status')
    .select('status')
    .count({ count: '*' });
  const of = (...statuses: string[]) =>
    rows.reduce((sum, row) => sum + (statuses.includes(row.status) ? Number(row.count) : 0), 0);
  const seen: number = JSON.parse(run.tallies).seen;
  return {
    customers,
    seen,
    alerts: rows.reduce((sum, { count }) => sum + Number(count), 0),
    expected: agreedAmong(seen),
    sms: gateway.count(),
    phones: gateway.phones(),
    repeats: gateway.repeats(),
    unknown: of('unknown'),
    open: of('queued', 'held', 'deferred', 'sending'),
    state: String(campaign.state),
  };
}

async function waiting({ knex }: Database): Promise<number> {
  const row = await knex('lb_alerts')
    .whereIn('status', ['queued', 'held', 'deferred', 'sending'])
    .count({ count: '*' })
    .first();
  return Number(row?.count);
}

const SOURCE = {
  campaign: {
    name: 'savings',
    description: 'A better rate for savings',
    topic: 'offers',
    segment: { all: [{ fact: 'customer', path: '$.status', operator: 'equal', value: 'active' }] },
    variants: [
      { name: 'short', message: 'short' },
      { name: 'long', message: 'long' },
    ],
  },
  messages: {
    en: {
      short: { text: 'BANK: savings earn 3 %. STOP' },
      long: { text: 'BANK: your savings earn 3 % until spring. STOP' },
    },
    et: { short: { text: 'PANK: hoius kannab 3 %. STOP' }, long: { text: 'PANK: hoius kannab kevadeni 3 %. STOP' } },
  },
};

async function configurationOf(database: object, folder: string, gateway: string) {
  const rules = join(folder, 'rules');
  mkdirSync(rules);
  writeFileSync(join(rules, 'topics.json'), JSON.stringify({ offers: { consent: 'opt-in' } }));
  // Twelve hours away from now, whenever that is.
  const hour = (new Date().getUTCHours() + 12) % 24;
  const clock = (one: number) => `${String(one % 24).padStart(2, '0')}:00`;
  return {
    http: { host: '127.0.0.1', port: await freePort() },
    dataFolder: '.',
    database: { ...database, useNullAsDefault: undefined, tablePrefix: 'lb_', synchronous: 'NORMAL' },
    ingest: {
      signature: { scheme: 'standard-webhooks', secrets: [`whsec_${Buffer.alloc(32, 1).toString('base64')}`] },
    },
    rules: [rules],
    sms: {
      senders: { default: '+12015550199' },
      adapters: [{ use: 'kannel', baseUrl: gateway, username: 'u', password: 'p' }],
    },
    delivery: { concurrency: 64 },
    marketing: { quietHours: { from: clock(hour), to: clock(hour + 1) } },
    encryption: { keys: KEYS },
    log: { level: 'error' },
  };
}

interface Gateway {
  url: string;
  count(): number;
  phones(): number;
  /** Phones that got more than one. */
  repeats(): number;
  firstAt(): number;
  lastAt(): number;
  close(): Promise<void>;
}

/** A byte a phone: its own memory does not grow either. */
async function startGateway(customers: number): Promise<Gateway> {
  const got = new Uint8Array(customers + 1);
  let count = 0;
  let [firstAt, lastAt] = [0, 0];
  const server = createServer((req, res) => {
    const to = new URL(req.url ?? '/', 'http://gateway').searchParams.get('to') ?? '';
    const number = numberOf(to);
    got[number] = (got[number] ?? 0) + 1;
    count += 1;
    lastAt = Date.now();
    if (count === 1) firstAt = lastAt;
    res.writeHead(202, { 'content-type': 'text/plain' }).end('0: Accepted for delivery');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    count: () => count,
    phones: () => got.reduce((sum, one) => sum + (one > 0 ? 1 : 0), 0),
    repeats: () => got.reduce((sum, one) => sum + (one > 1 ? 1 : 0), 0),
    firstAt: () => firstAt,
    lastAt: () => lastAt,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** Of the process that listens on the service's port. */
function watchMemory(service: ServiceProcess): { end(): CampaignFigures['memory'] } {
  const samples: number[] = [];
  const pid = service.pid();
  const timer = setInterval(() => {
    const megabytes = residentMegabytes(pid);
    if (megabytes !== undefined) samples.push(megabytes);
  }, 1_000);
  return {
    end() {
      clearInterval(timer);
      const late = samples.at(-1) ?? 0;
      return {
        early: samples[Math.floor(samples.length * 0.4)] ?? 0,
        late,
        most: Math.max(0, ...samples),
        seconds: samples.length,
      };
    },
  };
}

function residentMegabytes(pid: number | undefined): number | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024);
  } catch {
    return undefined;
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
