/** Builds the batch of one message that Sinch is asked to send. It finds the encoding itself; there is no field for it. */
import type { HttpRequest, SmsMessage } from '../../../src/contracts/adapter.js';
import { addressOf } from '../shared/address.js';
import { validityOf } from '../shared/validity.js';
import type { SinchConfig } from './index.js';

/** Sinch gives up after three days at the latest. */
const VALIDITY = { unitMs: 1000, least: 1, most: 3 * 24 * 60 * 60 };

export function sendRequest(
  config: SinchConfig,
  message: SmsMessage,
  now: number,
  receiptUrl: string | undefined,
): HttpRequest {
  const seconds = validityOf(message.expiresAt, now, VALIDITY);
  const batch = {
    type: 'mt_text',
    from: message.from,
    to: [message.to],
    body: message.text,
    client_reference: message.alertId,
    // every state of the one recipient; without an address Sinch would use the account's, which is not told here
    delivery_report: receiptUrl === undefined ? 'none' : 'per_recipient',
    callback_url: receiptUrl,
    expire_at: seconds === undefined ? undefined : new Date(now + seconds * 1000).toISOString(),
  };
  return { ...apiRequest(config, 'POST', '/batches'), body: JSON.stringify(batch) };
}

/** A request with the key of the configuration. `path` begins after the service plan. */
export function apiRequest(config: SinchConfig, method: HttpRequest['method'], path: string): HttpRequest {
  const base = config.baseUrl ?? `https://${config.region}.sms.api.sinch.com`;
  return {
    method,
    url: addressOf(base, `/xms/v1/${config.servicePlanId}${path}`),
    headers: {
      authorization: `Bearer ${config.apiToken}`,
      'content-type': 'application/json',
      accept: 'application/json',
    },
  };
}
