/** Builds the `sendsms` request. Units and escapes are Kannel's: minutes, `coding`, and `%` signs that Kannel itself fills in. */
import type { HttpRequest, SmsMessage } from '../../../src/contracts/adapter.js';
import type { KannelConfig } from './index.js';

/** 1 delivered + 2 failed + 4 buffered + 8 accepted by the SMSC + 16 rejected by it. */
const EVERY_RECEIPT = '31';
const PRIORITY = { otp: '3', security: '2', service: '1', marketing: '0' };

export function sendsmsRequest(
  config: KannelConfig,
  message: SmsMessage,
  now: number,
  receiptUrl: string | undefined,
): HttpRequest {
  const query = new URLSearchParams({
    username: config.username,
    password: config.password,
    to: message.to,
    from: message.from,
    text: message.text,
    charset: 'UTF-8',
    coding: message.encoding === 'gsm-7' ? '0' : '2',
    priority: PRIORITY[message.lane],
  });
  if (config.smsc !== undefined) query.set('smsc', config.smsc);
  if (message.expiresAt !== undefined) query.set('validity', String(validityMinutes(message.expiresAt - now)));
  if (receiptUrl !== undefined) {
    query.set('dlr-mask', EVERY_RECEIPT);
    query.set('dlr-url', dlrUrl(receiptUrl));
  }
  const base = config.baseUrl.replace(/\/+$/, '');
  return { method: 'GET', url: `${base}/cgi-bin/sendsms?${query}`, timeoutMs: config.timeoutMs };
}

/** Whole minutes, rounded down so that a message never outlives its deadline by much; 0 would mean "no limit" to some SMSCs. */
function validityMinutes(left: number): number {
  return Math.max(1, Math.floor(left / 60_000));
}

/**
 * Kannel fills `%d` (type), `%F` (the SMSC's message id) and `%A` (the SMSC's answer) into this address, already
 * URL-encoded. Every `%` of our own must be doubled, or `%D0` in it would be read as an escape.
 */
function dlrUrl(receiptUrl: string): string {
  const own = receiptUrl.replaceAll('%', '%%');
  return `${own}${own.includes('?') ? '&' : '?'}type=%d&smsc-id=%F&answer=%A`;
}
