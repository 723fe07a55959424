/** What every receiver of signed webhooks must do at least: read, verify, parse, validate. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { CloudEvent } from '../../src/contracts/event.js';
import { webhookKey } from '../../src/http/signature/webhook-secret.js';
import { WEBHOOK_SECRET } from '../world/ingestion.js';

const KEY = webhookKey(WEBHOOK_SECRET);
const TOLERANCE_SECONDS = 300;

const ajv = new Ajv2020({
  strict: false,
  formats: { identifier: true, instant: true, date: true, money: true, currency: true },
});
const schema = (name: string) => JSON.parse(readFileSync(`schemas/events/${name}.json`, 'utf8'));
ajv.addSchema(schema('common'));
const validate = ajv.compile({
  type: 'object',
  required: ['specversion', 'id', 'source', 'type', 'time', 'data'],
  properties: {
    specversion: { const: '1.0' },
    id: { type: 'string' },
    source: { type: 'string' },
    type: { const: 'transaction.posted' },
    time: { type: 'string' },
    data: schema('transaction.posted'),
  },
});

/** @throws Error for what is not genuine or not valid */
export function readEvents(headers: IncomingHttpHeaders, body: Buffer): CloudEvent[] {
  const timestamp = String(headers['webhook-timestamp']);
  if (Math.abs(Date.now() / 1000 - Number(timestamp)) > TOLERANCE_SECONDS) throw new Error('too old');
  const mac = createHmac('sha256', KEY).update(`${headers['webhook-id']}.${timestamp}.`).update(body).digest('base64');
  const [expected, given] = [Buffer.from(`v1,${mac}`), Buffer.from(String(headers['webhook-signature']))];
  if (expected.length !== given.length || !timingSafeEqual(expected, given)) throw new Error('not genuine');
  const parsed = JSON.parse(body.toString('utf8'));
  const events: CloudEvent[] = Array.isArray(parsed) ? parsed : [parsed];
  for (const event of events) if (!validate(event)) throw new Error(ajv.errorsText(validate.errors));
  return events;
}

export interface Decided {
  id: string;
  /** Names of the rules. */
  alerts: string[];
}

export function answerBody(decided: readonly Decided[]): string {
  const results = decided.map(({ id, alerts }) => ({
    id,
    status: 'accepted',
    alerts: alerts.map((rule) => ({ rule })),
  }));
  return JSON.stringify({ accepted: decided.length, duplicates: 0, rejected: 0, results });
}
