/** Builds the request, as a form. There is no field for an encoding, a validity, a reference or the address of a receipt. */
import type { HttpRequest, SmsMessage } from '../../../src/contracts/adapter.js';
import { addressOf } from '../shared/address.js';
import type { AfricasTalkingConfig } from './index.js';

const BASE_URL = 'https://api.africastalking.com';
const SANDBOX_URL = 'https://api.sandbox.africastalking.com';

export function messagingRequest(config: AfricasTalkingConfig, message: SmsMessage): HttpRequest {
  const form = new URLSearchParams({
    username: config.username,
    to: message.to,
    message: message.text,
    from: message.from,
    // the sender pays, and not whoever receives it
    bulkSMSMode: '1',
  });
  if (config.enqueue !== undefined) form.set('enqueue', config.enqueue ? '1' : '0');
  return {
    method: 'POST',
    url: addressOf(config.baseUrl ?? (isSandbox(config) ? SANDBOX_URL : BASE_URL), '/version1/messaging'),
    headers: {
      apikey: config.apiKey,
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: form.toString(),
    timeoutMs: config.timeoutMs,
  };
}

function isSandbox({ username }: AfricasTalkingConfig): boolean {
  return username.toLowerCase() === 'sandbox';
}
