/** Builds the request to send. Plivo finds the encoding itself and has no field for a reference; the receipt's address carries our id. */
import type { HttpRequest, SmsMessage } from '../../../src/contracts/adapter.js';
import { addressOf, isAlphanumericSender, withoutPlus } from '../shared/address.js';
import { basicAuthorization } from '../shared/authorization.js';
import { validityOf } from '../shared/validity.js';
import type { PlivoConfig } from './index.js';

const BASE_URL = 'https://api.plivo.com/v1';

/** `message_expiry`: how many seconds a message may wait at Plivo; what operators do later is not limited by it. */
const VALIDITY = { unitMs: 1000, least: 5, most: 10_799 };

export function sendRequest(
  config: PlivoConfig,
  message: SmsMessage,
  now: number,
  receiptUrl: string | undefined,
): HttpRequest {
  const body = {
    src: isAlphanumericSender(message.from) ? message.from : withoutPlus(message.from),
    dst: withoutPlus(message.to),
    text: message.text,
    type: 'sms',
    log: config.log ?? 'false',
    message_expiry: validityOf(message.expiresAt, now, VALIDITY),
    ...(receiptUrl !== undefined && { url: receiptUrl, method: 'POST' }),
  };
  return { ...apiRequest(config, 'POST', ''), body: JSON.stringify(body) };
}

/** `path` begins after `/Message/`; Plivo's addresses end with a slash. */
export function apiRequest(config: PlivoConfig, method: HttpRequest['method'], path: string): HttpRequest {
  return {
    method,
    url: addressOf(config.baseUrl ?? BASE_URL, `/Account/${config.authId}/Message/${path}`),
    headers: {
      authorization: basicAuthorization(config.authId, config.authToken),
      'content-type': 'application/json',
    },
  };
}
