/** Builds the request to send one message. Infobip finds the encoding itself; there is no field for it. */
import type { HttpRequest, SmsMessage } from '../../../src/contracts/adapter.js';
import { addressOf, isAlphanumericSender, withoutPlus } from '../shared/address.js';
import { validityOf } from '../shared/validity.js';
import type { InfobipConfig } from './index.js';
import { isProven } from './proof.js';

/** More than 48 hours would be cut to them. */
const VALIDITY = { unitMs: 1000, least: 1, most: 48 * 60 * 60 };

export function sendRequest(
  config: InfobipConfig,
  message: SmsMessage,
  now: number,
  receiptUrl: string | undefined,
): HttpRequest {
  const seconds = validityOf(message.expiresAt, now, VALIDITY);
  const sms = {
    sender: isAlphanumericSender(message.from) ? message.from : withoutPlus(message.from),
    // the same id again is refused as a duplicate, and the logs can be asked for it
    destinations: [{ to: withoutPlus(message.to), messageId: message.alertId }],
    content: { text: message.text },
    ...(seconds !== undefined && { options: { validityPeriod: { amount: seconds, timeUnit: 'SECONDS' } } }),
    webhooks: {
      // a login or a signature belongs to a notification profile, which has an address of its own
      ...(receiptUrl !== undefined && !isProven(config) && { delivery: { url: receiptUrl } }),
      contentType: 'application/json',
      callbackData: message.alertId,
    },
  };
  return { ...apiRequest(config, 'POST', '/sms/3/messages'), body: JSON.stringify({ messages: [sms] }) };
}

export function apiRequest(config: InfobipConfig, method: HttpRequest['method'], path: string): HttpRequest {
  return {
    method,
    url: addressOf(config.baseUrl, path),
    headers: {
      authorization: `App ${config.apiKey}`,
      'content-type': 'application/json',
      accept: 'application/json',
    },
  };
}
