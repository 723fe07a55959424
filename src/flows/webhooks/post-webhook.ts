/**
 * One attempt to tell the bank: signed as Standard Webhooks (https://www.standardwebhooks.com), with the time limit of every
 * request, and without following a redirect. Never throws.
 */
import { createHmac } from 'node:crypto';
import type { House } from '../house.js';
import type { WebhookEndpoint } from './endpoints.js';

export type PostOutcome =
  | { status: 'taken' }
  /** It may come again: whoever gets it twice knows it by its id. */
  | { status: 'failed'; code: string; retryAfterMs?: number };

/** @param webhook.id the same at every attempt; `body` is sent byte for byte */
export async function postWebhook(
  { http, now }: Pick<House, 'http' | 'now'>,
  { url, keys }: Pick<WebhookEndpoint, 'url' | 'keys'>,
  { id, body }: { id: string; body: string },
): Promise<PostOutcome> {
  const seconds = String(Math.floor(now() / 1000));
  const result = await http({
    url,
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': seconds,
      'webhook-signature': keys.map((key) => signature(key, `${id}.${seconds}.${body}`)).join(' '),
    },
    body,
  });
  if (result.kind !== 'response') return { status: 'failed', code: result.code };
  if (result.status >= 200 && result.status < 300) return { status: 'taken' };
  const retryAfterMs = retryAfter(result.headers.get('retry-after'), now());
  return { status: 'failed', code: `http-${result.status}`, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

function signature(key: Buffer, content: string): string {
  return `v1,${createHmac('sha256', key).update(content).digest('base64')}`;
}

/** Seconds, or an HTTP date. */
function retryAfter(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  const milliseconds = /^\d{1,9}$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isFinite(milliseconds) && milliseconds > 0 ? milliseconds : undefined;
}
