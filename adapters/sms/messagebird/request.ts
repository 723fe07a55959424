/** Builds what is asked of the API. Numbers go without `+`, validity in seconds. */
import type { HttpRequest, SmsMessage } from '../../../src/contracts/adapter.js';
import { addressOf, isAlphanumericSender, withoutPlus } from '../shared/address.js';
import { validityOf } from '../shared/validity.js';
import type { MessageBirdConfig } from './index.js';

const BASE_URL = 'https://rest.messagebird.com';
/** A second at least, 48 hours at most: longer ones are not documented. */
const VALIDITY = { unitMs: 1_000, least: 1, most: 172_800 };

export function messageRequest(
  config: MessageBirdConfig,
  message: SmsMessage,
  now: number,
  receiptUrl: string | undefined,
): HttpRequest {
  const { from } = message;
  const body = {
    originator: isAlphanumericSender(from) ? from : withoutPlus(from),
    recipients: [withoutPlus(message.to)],
    body: message.text,
    type: 'sms',
    // Never `auto`: what was counted and paid for as one part must not become three.
    datacoding: message.encoding === 'gsm-7' ? 'plain' : 'unicode',
    // Without a reference no report is sent, wherever its address comes from.
    reference: message.alertId,
    reportUrl: receiptUrl,
    validity: validityOf(message.expiresAt, now, VALIDITY),
    gateway: config.gateway,
  };
  return {
    method: 'POST',
    url: apiAddress(config, '/messages'),
    headers: { ...apiHeaders(config), 'content-type': 'application/json' },
    body: JSON.stringify(body),
    timeoutMs: config.timeoutMs,
  };
}

export function apiAddress({ baseUrl }: MessageBirdConfig, path: string): string {
  return addressOf(baseUrl ?? BASE_URL, path);
}

export function apiHeaders({ accessKey }: MessageBirdConfig): Record<string, string> {
  return { authorization: `AccessKey ${accessKey}`, accept: 'application/json' };
}
