/** Builds the request to send. Telnyx takes neither a validity nor a reference of ours; the address of the receipt carries our id. */
import type { HttpRequest, SmsMessage } from '../../../src/contracts/adapter.js';
import { addressOf } from '../shared/address.js';
import type { TelnyxConfig } from './index.js';

const BASE_URL = 'https://api.telnyx.com/v2';

export function sendRequest(config: TelnyxConfig, message: SmsMessage, receiptUrl: string | undefined): HttpRequest {
  const body = {
    from: message.from,
    to: message.to,
    text: message.text,
    type: 'SMS',
    // said outright: `auto` and the profile's smart encoding may replace letters
    encoding: message.encoding === 'gsm-7' ? 'gsm7' : 'ucs2',
    messaging_profile_id: config.messagingProfileId,
    webhook_url: receiptUrl,
  };
  return { ...apiRequest(config, 'POST', '/messages'), body: JSON.stringify(body) };
}

export function apiRequest(config: TelnyxConfig, method: HttpRequest['method'], path: string): HttpRequest {
  return {
    method,
    url: addressOf(config.baseUrl ?? BASE_URL, path),
    headers: {
      authorization: `Bearer ${config.apiKey}`,
      'content-type': 'application/json',
      accept: 'application/json',
    },
  };
}
