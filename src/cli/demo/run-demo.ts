/**
 * The demo: a service on the embedded database, a few hundred customers, a few thousand real transactions sent as signed
 * webhooks. The service's clock follows the data while they are sent, and is the real one afterwards.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type App, createApp } from '../../app.js';
import { parseConfig } from '../../config/load-config.js';
import type { CloudEvent } from '../../contracts/event.js';
import type { ReceivedAnswer } from '../../flows/receive.js';
import { raiseInactivity } from '../../flows/schedules/raise-inactivity.js';
import { packageRoot } from '../../registry/package-root.js';
import { countAlerts } from '../../store/outbox.js';
import { signWebhook } from '../sign-webhook.js';
import { createProgress } from './progress.js';
import { readSample, type SampleCustomer } from './sample-data.js';
import { createSummary } from './summary.js';

const DAY = 86_400_000;
const PREFERRED_PORT = 8080;
/**
 * Everyday topics are wanted by one customer in so many: the demo shows them without drowning the rest. The night is one of
 * them here, because the data have days and no hours.
 */
const WANTS_EVERYTHING = 30;
const EVERYDAY = ['deposit-received', 'withdrawal-made', 'transfer-made', 'inactivity', 'unusual-hour'];

export interface DemoOptions {
  /** Where the demo's database and configuration go; emptied first. */
  folder: string;
  out: NodeJS.WriteStream;
  /** Events to send; all of them unless stated. */
  limit?: number;
}

/** Epoch milliseconds while the data are sent; the real time once they are. */
interface Clock {
  virtual: number | undefined;
}

export interface RunningDemo {
  url: string;
  stop(): Promise<void>;
}

export async function runDemo(options: DemoOptions): Promise<RunningDemo> {
  const { out, folder } = options;
  const sample = readSample(packageRoot(), Date.now());
  const events = sample.events.slice(0, options.limit);
  const clock: Clock = { virtual: Date.parse(events[0]?.time ?? '') - DAY };
  const printed: { print(text: string): void } = { print: (text) => out.write(`${text}\n`) };
  const config = writeConfig(folder, await freePort());
  const app = await createApp(config, { now: () => clock.virtual ?? Date.now(), print: (text) => printed.print(text) });
  const { url } = await app.start();
  out.write(`Ledgerbell runs at ${url}, on SQLite in ${folder}\n`);

  await register(url, sample.customers, out);
  const secret = config.ingest.signature.secrets[0]?.secret ?? '';
  const summary = createSummary();
  const progress = createProgress('Transactions', events.length, out);
  printed.print = (text) => {
    summary.sms();
    progress.print(text);
  };
  for (const [index, event] of events.entries()) {
    await followClock(app, clock, Date.parse(event.time));
    const answer = await send(url, secret, event, clock.virtual ?? Date.now());
    summary.add(answer);
    if (answer.results.some((result) => result.status !== 'rejected' && result.alerts.some(isQueued)))
      await drained(app);
    progress.advance(index + 1);
  }
  progress.stop();
  await drained(app);
  printed.print = (text) => out.write(`${text}\n`);
  clock.virtual = undefined;
  out.write(summary.render());
  out.write(nextSteps(url, folder, summary.example() ?? events[0]?.id ?? ''));
  return { url, stop: app.stop };
}

function isQueued({ status }: { status: string }): boolean {
  return status === 'queued';
}

/** The demo's own configuration file, so that other commands can be tried on the same service. */
function writeConfig(folder: string, port: number) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const document = {
    http: { host: '127.0.0.1', port },
    dataFolder: '.',
    database: { client: 'better-sqlite3', connection: { filename: './ledgerbell.sqlite' } },
    sms: { senders: { default: 'BANK' }, adapters: [{ use: 'terminal' }] },
    rates: { base: 'EUR', CZK: '25.00', USD: '1.08' },
    locale: 'en',
    timeZone: 'Europe/Prague',
    // The clock is looked at once a day, at whatever time the day's first transaction has.
    schedules: { hours: { from: '00:00', to: '23:59' }, businessDays: { inactivity: 'none' } },
    log: { level: 'error' },
  };
  writeFileSync(join(folder, 'ledgerbell.config.json'), `${JSON.stringify(document, null, 2)}\n`);
  return parseConfig(document, { folder, env: process.env, file: join(folder, 'ledgerbell.config.json') });
}

async function register(url: string, customers: readonly SampleCustomer[], out: NodeJS.WriteStream): Promise<void> {
  const progress = createProgress('Customers', customers.length, out);
  for (const [index, { customerId, accountId, phone }] of customers.entries()) {
    const locale = index % 3 === 0 ? 'et' : 'en';
    await put(`${url}/v1/customers/${customerId}`, { phone, locale, timeZone: 'Europe/Prague' });
    await put(`${url}/v1/accounts/${accountId}`, { holders: [{ customerId, role: 'owner' }], currency: 'CZK' });
    if (index % WANTS_EVERYTHING !== 0) {
      const topics = Object.fromEntries(EVERYDAY.map((topic) => [topic, { wanted: false }]));
      await put(`${url}/v1/customers/${customerId}/preferences`, { topics });
    }
    progress.advance(index + 1);
  }
  progress.stop();
}

async function put(url: string, body: object): Promise<void> {
  const response = await fetch(url, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`PUT ${url} was answered ${response.status}: ${await response.text()}`);
}

/** Moves the clock to the event, and lets what came due on the way happen once a day. */
async function followClock(app: App, clock: Clock, time: number): Promise<void> {
  const before = clock.virtual ?? time;
  const isNextDay = Math.floor(time / DAY) > Math.floor(before / DAY);
  clock.virtual = Math.max(before, time);
  if (isNextDay && (await raiseInactivity(app.house)) > 0) await drained(app);
}

async function send(url: string, secret: string, event: CloudEvent, now: number): Promise<ReceivedAnswer> {
  const body = JSON.stringify(event);
  const headers = signWebhook(secret, event.id, now, body);
  const response = await fetch(`${url}/v1/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/cloudevents+json', ...headers },
    body,
  });
  if (!response.ok) throw new Error(`POST ${url}/v1/events was answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as ReceivedAnswer;
}

/** Waits until everything that is to leave has left: the clock must not pass its expiry. */
async function drained({ house }: App): Promise<void> {
  const { database } = house.vault;
  for (;;) {
    const counts = await countAlerts(database, database.knex);
    if (!counts.some(({ status }) => status === 'queued' || status === 'sending')) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** 8080 where it is free. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', () => {
      const any = createServer();
      any.once('error', reject);
      any.listen(0, '127.0.0.1', () => {
        const { port } = any.address() as { port: number };
        any.close(() => resolve(port));
      });
    });
    probe.listen(PREFERRED_PORT, '127.0.0.1', () => probe.close(() => resolve(PREFERRED_PORT)));
  });
}

function nextSteps(url: string, folder: string, id: string): string {
  return [
    '',
    'The service stays up (Ctrl-C ends it). Try in another terminal:',
    '',
    '  Why did this customer get, or not get, an SMS?',
    `    curl -s ${url}/v1/events/core/${encodeURIComponent(id)}/explain`,
    '',
    '  Send a large withdrawal of your own, signed, and watch its SMS appear here:',
    `    node dist/src/cli.js events send examples/events/large-withdrawal.json --config ${join(folder, 'ledgerbell.config.json')}`,
    '',
    '',
  ].join('\n');
}
