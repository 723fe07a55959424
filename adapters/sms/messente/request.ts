/** Builds the requests to the Omnichannel API. An omnimessage can name several channels to fall back to; ours names SMS alone. */
import type { HttpRequest, SmsMessage } from '../../../src/contracts/adapter.js';
import { addressOf } from '../shared/address.js';
import { basicAuthorization } from '../shared/authorization.js';
import { validityOf } from '../shared/validity.js';
import type { MessenteConfig } from './index.js';

/** Messente documents no bounds of `ttl`; 72 hours at most is our own. */
const TTL = { unitMs: 1_000, least: 1, most: 259_200 };
const PRIORITY = { otp: 'high', security: 'high', service: 'regular', marketing: 'low' };

export function omnimessageRequest(
  config: MessenteConfig,
  message: SmsMessage,
  now: number,
  receiptUrl: string | undefined,
): HttpRequest {
  const sms = {
    channel: 'sms',
    text: message.text,
    sender: message.from,
    // Seconds; `validity` would be minutes, and only one of the two may be there.
    ttl: validityOf(message.expiresAt, now, TTL),
    // The core has chosen the letters; the account's own replacement rules would change them.
    autoconvert: 'off',
  };
  const request = readRequest(config, 'omnimessage');
  return {
    ...request,
    method: 'POST',
    headers: { ...request.headers, 'content-type': 'application/json' },
    body: JSON.stringify({
      to: message.to,
      messages: [sms],
      dlr_url: receiptUrl,
      text_store: config.textStore ?? 'nostore',
      priority: PRIORITY[message.lane],
    }),
  };
}

/** A GET. @param path without a slash at its beginning */
export function readRequest(config: MessenteConfig, path: string): HttpRequest {
  return {
    method: 'GET',
    url: addressOf(config.baseUrl ?? 'https://api.messente.com/v1', `/${path}`),
    headers: {
      accept: 'application/json',
      authorization: basicAuthorization(config.username, config.password),
    },
    timeoutMs: config.timeoutMs,
  };
}
