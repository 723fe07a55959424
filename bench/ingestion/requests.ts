/** Whole HTTP requests as bytes, signed: made before a round, so that the round itself costs the generator little. */
import { createHmac } from 'node:crypto';
import { webhookKey } from '../../src/http/signature/webhook-secret.js';
import { type Postings, WEBHOOK_SECRET } from '../world/ingestion.js';

export type Mode = 'single' | 'batch';

export const BATCH = 100;
export const CONNECTIONS: Readonly<Record<Mode, number>> = { single: 64, batch: 16 };

export function eventsIn(mode: Mode): number {
  return mode === 'single' ? 1 : BATCH;
}

const KEY = webhookKey(WEBHOOK_SECRET);

export function signedRequest(mode: Mode, events: Postings, now: number): Buffer {
  const first = events.next();
  const content = mode === 'single' ? first : [first, ...Array.from({ length: BATCH - 1 }, () => events.next())];
  const body = Buffer.from(JSON.stringify(content));
  const timestamp = Math.floor(now / 1000);
  const signature = createHmac('sha256', KEY).update(`${first.id}.${timestamp}.`).update(body).digest('base64');
  const type = mode === 'single' ? 'application/cloudevents+json' : 'application/cloudevents-batch+json';
  const head = [
    'POST /v1/events HTTP/1.1',
    'host: 127.0.0.1',
    `content-type: ${type}`,
    `content-length: ${body.length}`,
    `webhook-id: ${first.id}`,
    `webhook-timestamp: ${timestamp}`,
    `webhook-signature: v1,${signature}`,
  ];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body]);
}
