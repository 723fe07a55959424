/** The example bank as a process of its own, with the packed package installed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { waitFor } from '../support/wait-for.js';
import type { Host } from './packed-host.js';

export interface Bank {
  url: string;
  /** Lines of its log that are JSON. */
  log(): Record<string, unknown>[];
  /** All it wrote, the terminal adapter's messages included. */
  output(): string;
  /** JSON as an employee, or as anybody. */
  ask(method: string, path: string, body?: unknown, badge?: string): Promise<Answered>;
  /** A CloudEvent, signed. */
  send(event: object, options?: SendOptions): Promise<Answered>;
  /** SIGTERM, and waits. Returns the exit code. */
  close(): Promise<number | null>;
}

export interface SendOptions {
  /** Signs with another secret. */
  secret?: string;
  contentType?: string;
}

export interface Answered {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers
  body: any;
}

export const ADMIN = 'badge-mari';

/** @param program a file of the host that logs `{ url }` once it listens */
export async function startBank(host: Host, database: object, program = 'server.js'): Promise<Bank> {
  const child = spawn(process.execPath, [program], {
    cwd: host.folder,
    env: {
      PATH: process.env.PATH,
      BANK_PORT: '0',
      BANK_DATA: 'data',
      BANK_DATABASE: JSON.stringify(database),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let written = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      written += chunk.toString();
    });
  }
  const url = await waitFor(
    () => {
      if (child.exitCode !== null) throw new Error(`the bank ended by itself: ${written}`);
      return jsonLines(written).find((line) => typeof line.url === 'string')?.url as string | undefined;
    },
    { what: 'the bank to open', timeoutMs: 120_000 },
  ).catch((error) => {
    child.kill('SIGKILL');
    throw new Error(`${error.message}\n${written}`);
  });
  return {
    url,
    log: () => jsonLines(written),
    output: () => written,
    ask: (method, path, body, badge) => ask(url + path, method, body, badge),
    send: (event, options = {}) => send(`${url}/ledgerbell/events`, event, secretOf(host), options),
    close: () => close(child),
  };
}

function jsonLines(written: string): Record<string, unknown>[] {
  return written
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line));
}

/** The first start wrote it. */
function secretOf(host: Host): string {
  return readFileSync(join(host.folder, 'data', 'webhook-secret'), 'utf8').trim();
}

async function ask(url: string, method: string, body: unknown, badge: string | undefined): Promise<Answered> {
  const headers = { ...(badge === undefined ? {} : { 'x-badge': badge }), 'content-type': 'application/json' };
  return answered(await fetch(url, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) }));
}

async function send(url: string, event: object, own: string, options: SendOptions): Promise<Answered> {
  const { secret = own, contentType = 'application/cloudevents+json' } = options;
  const body = JSON.stringify(event);
  const at = new Date();
  const headers = {
    'content-type': contentType,
    'webhook-id': 'm1',
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(secret).sign('m1', at, body),
  };
  return answered(await fetch(url, { method: 'POST', headers, body }));
}

async function answered(response: Response): Promise<Answered> {
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}

async function close(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
  return child.exitCode;
}
