/**
 * The whole application, in this process and behind real HTTP, for bad input. Everything it logs and answers is collected,
 * and `close` fails where a secret or a phone number is in it.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { Webhook } from 'standardwebhooks';
import { type App, createApp } from '../../src/app.js';
import { parseConfig } from '../../src/config/load-config.js';
import type { Logger } from '../../src/flows/house.js';
import { listQuarantine, openQuarantined } from '../../src/store/quarantine.js';
import type { CreatedDatabase, TestDatabase } from '../support/databases.js';
import { createMigrated } from '../support/migrated.js';
import { waitFor } from '../support/wait-for.js';

export const SECRET = `whsec_${Buffer.from('the secret of bad input, one').toString('base64')}`;
export const OLD_SECRET = `whsec_${Buffer.from('the secret of bad input, two').toString('base64')}`;
export const FOREIGN_SECRET = `whsec_${Buffer.from('nobody here knows this one!!').toString('base64')}`;
export const GATEWAY_PASSWORD = 'gateway-password-9471';
export const PHONE = '+12015550100';
const KEY = 'e'.repeat(64);
/** What must never be in a log or an answer. Phones are fictional numbers, written in any way. */
const PRIVATE = [SECRET, OLD_SECRET, FOREIGN_SECRET, GATEWAY_PASSWORD, KEY, '2015550', '201-555', '201 555'];

export interface AppOptions {
  /** Beside, or instead of, what is configured here. */
  config?: Record<string, unknown>;
  /** Does not start to listen, nor to deliver. */
  idle?: boolean;
}

export interface Answered {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers
  body: any;
}

export interface Signing {
  secret?: string;
  id?: string;
  /** Seconds between the clock and the timestamp. */
  skewSeconds?: number;
  contentType?: string;
  /** Instead of, or beside, the right ones; an empty text leaves one out. */
  headers?: Record<string, string>;
}

export interface Quarantined {
  code: string;
  path?: string;
  /** Opened. */
  body: string;
}

export interface AppUnderTest {
  app: App;
  url: string;
  folder: string;
  log: string[];
  /** Milliseconds the clock is ahead of the real one. */
  clock: { ahead: number; now(): number };
  /** Posts a body, signed. What is no text or bytes is sent as JSON. */
  send(body: unknown, signing?: Signing): Promise<Answered>;
  ask(method: string, path: string, body?: unknown): Promise<Answered>;
  /** A customer with a phone, and an account of the same id that they hold. */
  register(id: string, customer?: object): Promise<void>;
  /** Newest first. */
  quarantine(): Promise<Quarantined[]>;
  /** Events stored, by id. */
  storedIds(): Promise<string[]>;
  /** Waits until the alert is in one of these statuses, and answers its trace. */
  settled(alertId: string, ...statuses: string[]): Promise<Answered['body']>;
  close(): Promise<void>;
}

/** With a database of its own, unless one is given, which then stays. */
export async function openApp(kind: TestDatabase | CreatedDatabase, options: AppOptions = {}): Promise<AppUnderTest> {
  const created = 'create' in kind ? await createMigrated(kind) : kind;
  const folder = mkdtempSync(join(tmpdir(), 'ledgerbell-bad-'));
  const log: string[] = [];
  const answers: string[] = [];
  const clock = { ahead: 0, now: () => Date.now() + clock.ahead };
  const config = parseConfig(configuration(created, options), { folder, env: {} });
  const app = await createApp(config, { log: collecting(log), print: () => {}, now: clock.now });
  const { url } = options.idle ? { url: '' } : await app.start();
  const { vault } = app.house;

  async function answered(response: Response, isPrivate = false): Promise<Answered> {
    const text = await response.text();
    if (!isPrivate) answers.push(text);
    return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
  }

  async function ask(method: string, path: string, body?: unknown): Promise<Answered> {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${url}/v1${path}`, { method, headers, body: body && JSON.stringify(body) } as object);
    // A customer's own document answers with their phone: that is what it is for.
    return answered(response, response.ok && path.startsWith('/customers'));
  }

  return {
    app,
    url,
    folder,
    log,
    clock,
    ask,
    async send(body, signing = {}) {
      const bytes = Buffer.isBuffer(body) || typeof body === 'string' ? body : JSON.stringify(body);
      const headers = signedHeaders(bytes, clock.now(), signing);
      return answered(await fetch(`${url}/v1/events`, { method: 'POST', headers, body: bytes }));
    },
    async register(id, customer = { phone: PHONE }) {
      const answers = [
        await ask('PUT', `/customers/${id}`, customer),
        await ask('PUT', `/accounts/${id}`, { holders: [{ customerId: id, role: 'owner' }], currency: 'EUR' }),
      ];
      expect(answers.map(({ status }) => status)).to.deep.equal([201, 201]);
    },
    async quarantine() {
      const rows = await listQuarantine(vault.database, vault.database.knex, { limit: 500 });
      const opened = [];
      for (const { id, code, path } of rows) {
        const { body } = (await openQuarantined(vault, vault.database.knex, id)) ?? {};
        opened.push({ code, path, body: String(body) });
      }
      return opened;
    },
    async storedIds() {
      return vault.database.knex(vault.database.table('events')).pluck('event_id');
    },
    settled: (alertId, ...statuses) =>
      waitFor(
        async () => {
          const { body } = await ask('GET', `/alerts/${alertId}`);
          return statuses.includes(body.alert?.status) && body;
        },
        { what: `the alert to be ${statuses.join(' or ')}`, everyMs: 20 },
      ),
    async close() {
      await app.stop();
      if (created !== kind) await created.drop();
      rmSync(folder, { recursive: true, force: true });
      for (const written of [...log, ...answers]) {
        for (const value of PRIVATE)
          expect(written.includes(value), `leaked: ${written.slice(0, 300)}`).to.equal(false);
      }
    },
  };
}

function configuration({ config }: CreatedDatabase, { config: own = {} }: AppOptions): object {
  return {
    dataFolder: './made/at/start',
    http: { host: '127.0.0.1', port: 0, bodyLimit: 200_000 },
    database: { ...config, useNullAsDefault: undefined, tablePrefix: 'lb_', synchronous: 'NORMAL' },
    ingest: { signature: { secrets: [SECRET, OLD_SECRET] } },
    encryption: { keys: [{ id: 'bad', key: KEY }] },
    timeZone: 'Europe/Tallinn',
    phoneRegion: 'EE',
    ...own,
  };
}

/** The log as a host would write it. */
function collecting(log: string[]): Logger {
  const write = (level: string) => (fields: object, message: string) => {
    log.push(JSON.stringify({ level, message, ...fields }));
  };
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}

function signedHeaders(body: string | Buffer, now: number, signing: Signing): Record<string, string> {
  const { secret = SECRET, id = 'm1', skewSeconds = 0, contentType = 'application/cloudevents+json' } = signing;
  const at = new Date(now + skewSeconds * 1000);
  const headers = {
    'content-type': contentType,
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    // The library takes text; a body that is no UTF-8 has to be signed as bytes by hand, which tests do in `headers`.
    'webhook-signature': new Webhook(secret).sign(id, at, body.toString()),
    ...signing.headers,
  };
  return Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== ''));
}

let last = 0;

/** A debit that makes exactly one alert (`large-withdrawal`); anything may be overridden, `data` is merged. */
export function event(overrides: Record<string, unknown> & { data?: object } = {}): Record<string, unknown> {
  last += 1;
  const { data, ...envelope } = overrides;
  return {
    specversion: '1.0',
    id: `event-${last}`,
    source: 'core',
    type: 'transaction.posted',
    time: new Date().toISOString(),
    ...envelope,
    data: { accountId: '7', direction: 'debit', amount: '1500.00', currency: 'EUR', kind: 'direct-debit', ...data },
  };
}

/** Status and code of an answer, to compare at once. */
export const told = ({ status, body }: Answered) => [status, body?.code ?? body?.results?.[0]?.status];
