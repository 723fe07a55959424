/** `events send`: posts events from a file as a signed webhook, as a core system would. For trying things out. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { LedgerbellError } from '../contracts/errors.js';
import type { Cli } from './cli.js';
import { groupOf } from './group-of.js';
import { signWebhook } from './sign-webhook.js';
import { misuse } from './usage.js';

export function addEventsSend(program: Command, cli: Cli): void {
  groupOf(program, 'events', 'events that came in')
    .command('send')
    .description(
      'post an event, or a list of them, from a JSON file to the running service; `id` and `time` may be left out',
    )
    .argument('<file>', 'JSON: a CloudEvent, or a list')
    .option('--url <url>', 'the service (default: where the configuration listens)')
    .action((file: string, { url }: { url?: string }) => send(cli, file, url));
}

async function send(cli: Cli, file: string, url: string | undefined): Promise<void> {
  const { http, ingest } = cli.config();
  const [secret] = ingest.signature.secrets;
  if (secret === undefined) throw new LedgerbellError('keys-required', 'No webhook secret is configured to sign with');
  const content = readJson(resolve(cli.io.cwd, file));
  const isBatch = Array.isArray(content);
  const events = (isBatch ? content : [content]).map(completed);
  const body = JSON.stringify(isBatch ? events : events[0]);
  const response = await fetch(`${url ?? `http://${http.host}:${http.port}`}/v1/events`, {
    method: 'POST',
    headers: {
      'content-type': isBatch ? 'application/cloudevents-batch+json' : 'application/cloudevents+json',
      ...signWebhook(secret.secret, randomUUID(), Date.now(), body),
    },
    body,
  }).catch((cause: unknown) => {
    throw new LedgerbellError('service-unreachable', 'The service does not answer: is it running?', { cause });
  });
  const answer: unknown = await response.json();
  if (!response.ok) cli.problem();
  cli.show(answer, () => `${response.status}\n${JSON.stringify(answer, null, 2)}`);
}

function completed(event: unknown): unknown {
  if (typeof event !== 'object' || event === null) return event;
  return { specversion: '1.0', id: randomUUID(), time: new Date().toISOString(), ...event };
}

function readJson(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw misuse(`${file} is no file that can be read`);
  }
  try {
    return JSON.parse(text);
  } catch {
    throw misuse(`${file} is not JSON`);
  }
}
