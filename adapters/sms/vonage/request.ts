/** Builds the request to `/sms/json`: a form. Validity is in milliseconds, numbers are without `+`. */
import type { HttpRequest, SmsMessage } from '../../../src/contracts/adapter.js';
import { addressOf, isAlphanumericSender, withoutPlus } from '../shared/address.js';
import { basicAuthorization } from '../shared/authorization.js';
import { validityOf } from '../shared/validity.js';
import type { VonageConfig } from './index.js';

/** 20 seconds to 7 days. */
const TTL = { unitMs: 1, least: 20_000, most: 604_800_000 };
/** A longer `callback` is refused with status 23, and the message with it. */
const CALLBACK_LIMIT = 100;

export function smsRequest(
  config: VonageConfig,
  message: SmsMessage,
  now: number,
  receiptUrl: string | undefined,
): HttpRequest {
  const form = new URLSearchParams({
    from: isAlphanumericSender(message.from) ? message.from : withoutPlus(message.from),
    to: withoutPlus(message.to),
    text: message.text,
    type: message.encoding === 'gsm-7' ? 'text' : 'unicode',
    'client-ref': message.alertId,
  });
  const ttl = validityOf(message.expiresAt, now, TTL);
  if (ttl !== undefined) form.set('ttl', String(ttl));
  // The alert comes back as `client-ref`, under the signature. The query that names it would make the address too long.
  const callback = receiptUrl?.split('?')[0];
  if (callback !== undefined && callback.length <= CALLBACK_LIMIT) form.set('callback', callback);
  return {
    method: 'POST',
    url: addressOf(config.baseUrl ?? 'https://rest.nexmo.com', '/sms/json'),
    headers: {
      accept: 'application/json',
      authorization: basicAuthorization(config.apiKey, config.apiSecret),
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: form.toString(),
    timeoutMs: config.timeoutMs,
  };
}
