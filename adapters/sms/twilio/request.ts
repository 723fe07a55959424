/** Builds the requests to the Messages resource: a form to create one, and addresses to read them. Validity is in seconds. */
import type { HttpRequest, SmsMessage } from '../../../src/contracts/adapter.js';
import { addressOf } from '../shared/address.js';
import { basicAuthorization } from '../shared/authorization.js';
import { validityOf } from '../shared/validity.js';
import type { TwilioConfig } from './index.js';

/** A region is reached through its nearest edge; the United States are what the plain address means. */
export const REGIONS = {
  us1: { address: 'https://api.twilio.com', country: 'US' },
  ie1: { address: 'https://api.dublin.ie1.twilio.com', country: 'IE' },
  au1: { address: 'https://api.sydney.au1.twilio.com', country: 'AU' },
} as const;

/** 1 second to 10 hours (error 90007). */
const VALIDITY = { unitMs: 1_000, least: 1, most: 36_000 };

export function messageRequest(
  config: TwilioConfig,
  message: SmsMessage,
  now: number,
  receiptUrl: string | undefined,
): HttpRequest {
  const form = new URLSearchParams({ To: message.to });
  if (config.messagingServiceSid === undefined) form.set('From', message.from);
  else form.set('MessagingServiceSid', config.messagingServiceSid);
  form.set('Body', message.text);
  // The core has chosen letters and encoding; a Messaging Service would otherwise swap letters for similar ones.
  form.set('SmartEncoded', 'false');
  const validity = validityOf(message.expiresAt, now, VALIDITY);
  if (validity !== undefined) form.set('ValidityPeriod', String(validity));
  if (receiptUrl !== undefined) form.set('StatusCallback', receiptUrl);
  return {
    ...readRequest(config, 'Messages.json'),
    method: 'POST',
    headers: { ...headers(config), 'content-type': 'application/x-www-form-urlencoded' },
    body: form.toString(),
  };
}

/** A GET below the account. @param path without a slash at its beginning */
export function readRequest(config: TwilioConfig, path: string): HttpRequest {
  const base = config.baseUrl ?? REGIONS[config.region ?? 'us1'].address;
  return {
    method: 'GET',
    url: addressOf(base, `/2010-04-01/Accounts/${config.accountSid}/${path}`),
    headers: headers(config),
    timeoutMs: config.timeoutMs,
  };
}

function headers({ accountSid, authToken, apiKeySid, apiKeySecret }: TwilioConfig): Record<string, string> {
  return {
    accept: 'application/json',
    authorization: basicAuthorization(apiKeySid ?? accountSid, apiKeySecret ?? authToken),
  };
}
