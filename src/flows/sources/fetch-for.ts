/**
 * Asks a platform for what its thin event leaves out. Only below the configured address, without following redirects, in a
 * bounded time, with a few tries.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { LedgerbellError } from '../../contracts/errors.js';
import type { Value } from '../../core/sources/expression/value.js';
import { readJson } from '../../core/sources/formats/json.js';
import { type FetchRequest, fetchesOf, type OpenedDelivery } from '../../core/sources/map-delivery.js';
import { MappingRefused } from '../../core/sources/mapping-refused.js';
import type { House } from '../house.js';
import type { Credentials, ReadySource } from './ready-source.js';

/** Milliseconds of one try, and between tries; all of it is less than platforms wait for an answer. */
const TRY_MS = 3000;
const PAUSES_MS = [200, 800];

/**
 * For each item what was fetched, or why it is refused.
 * @throws LedgerbellError `source-fetch-failed`: nothing was kept, the platform has to send again
 */
export async function fetchedFor(
  house: Pick<House, 'http' | 'log'>,
  source: ReadySource,
  opened: OpenedDelivery,
): Promise<(Record<string, Value> | MappingRefused)[]> {
  if (source.mapping.fetches.length === 0) return opened.items.map(() => ({}));
  const all: (Record<string, Value> | MappingRefused)[] = [];
  for (const item of opened.items) {
    try {
      const fetched: Record<string, Value> = {};
      for (const request of fetchesOf(opened, item)) fetched[request.name] = await fetchFor(house, source, request);
      all.push(fetched);
    } catch (error) {
      if (!(error instanceof MappingRefused)) throw error;
      all.push(error);
    }
  }
  return all;
}

/**
 * The answer's JSON, numbers as they were written.
 * @throws LedgerbellError `source-fetch-failed`: nothing was kept, the platform has to send again
 * @throws MappingRefused `mapping-fetch` where the mapping says to keep it in quarantine
 */
async function fetchFor(
  house: Pick<House, 'http' | 'log'>,
  source: ReadySource,
  request: FetchRequest,
): Promise<Value> {
  const key = JSON.stringify([request.credentials, request.method, request.path, request.body]);
  const remembered = request.cacheSeconds > 0 ? source.fetched.get(key) : undefined;
  if (remembered !== undefined) return remembered;
  const credentials = source.credentials.get(request.credentials);
  const url = credentials === undefined ? undefined : addressOf(credentials, request.path);
  if (credentials === undefined || url === undefined)
    throw new MappingRefused('mapping-fetch', { at: request.at }, 'The path is not below the configured address.');
  let code = '';
  for (let attempt = 0; attempt <= PAUSES_MS.length; attempt += 1) {
    const answer = await ask(house, credentials, url, request);
    if ('value' in answer) {
      if (request.cacheSeconds > 0) source.fetched.set(key, answer.value, request.cacheSeconds * 1000);
      return answer.value;
    }
    code = answer.code;
    if (!answer.again || attempt === PAUSES_MS.length) break;
    await pause(PAUSES_MS[attempt]);
  }
  house.log.warn({ source: source.name, fetch: request.name, code }, 'what a webhook refers to could not be fetched');
  if (request.onFailure === 'quarantine') throw new MappingRefused('mapping-fetch', { at: request.at });
  throw new LedgerbellError('source-fetch-failed', 'What the webhook refers to could not be fetched; send it again');
}

type Answer = { value: Value } | { code: string; again: boolean };

async function ask(
  { http }: Pick<House, 'http'>,
  credentials: Credentials,
  url: string,
  request: FetchRequest,
): Promise<Answer> {
  const { method, body } = request;
  const content: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
  const headers = { accept: 'application/json', ...content, ...credentials.headers };
  const result = await http({ url, method, headers, timeoutMs: TRY_MS, ...(body === undefined ? {} : { body }) });
  if (result.kind !== 'response') return { code: result.code, again: true };
  if (result.status < 200 || result.status > 299) {
    // What was not found may only not be there yet.
    return {
      code: `status-${result.status}`,
      again: result.status === 404 || result.status === 429 || result.status > 499,
    };
  }
  try {
    return { value: readJson(result.body) };
  } catch {
    return { code: 'answer-malformed', again: false };
  }
}

/** Undefined where the path would leave what is configured. */
function addressOf({ baseUrl }: Credentials, path: string): string | undefined {
  if (/[\\\p{Cc}\s#]/u.test(path) || path.length > 1000) return undefined;
  // Written in any way, `..` leads out of what the mapping names.
  if (/(?:^|\/)\.{1,2}(?:[/?]|$)/.test(path) || /%2e|%2f|%5c/i.test(path.split('?')[0] ?? '')) return undefined;
  const base = new URL(baseUrl.endsWith('/') ? baseUrl : `${baseUrl}/`);
  try {
    const target = new URL(`${base.href}${path.replace(/^\/+/, '')}`);
    const isBelow = target.origin === base.origin && target.pathname.startsWith(base.pathname);
    return isBelow ? target.href : undefined;
  } catch {
    return undefined;
  }
}
