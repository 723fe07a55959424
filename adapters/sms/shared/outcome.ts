/** The outcomes every HTTP adapter gives alike. A code never holds more of an answer than its own short words and numbers. */
import type { HttpResult, SendOutcome } from '../../../src/contracts/adapter.js';
import { retryAfterMs } from '../retry-after.js';

export type HttpResponse = Extract<HttpResult, { kind: 'response' }>;
export type NoResponse = Exclude<HttpResult, HttpResponse>;

/** No connection: certainly not sent. A connection without an answer: it may have been sent. */
export function withoutResponse(adapter: string, result: NoResponse): SendOutcome {
  return { status: result.kind === 'not-sent' ? 'retryable' : 'unknown', code: `${adapter}-${result.code}` };
}

/** Refused for good, for a reason that lies in this message. */
export function rejected(code: string): SendOutcome {
  return { status: 'rejected', code };
}

/** Refused for good, for a reason that lies in the account at this provider: another one may still take the message. */
export function rejectedForAccount(code: string): SendOutcome {
  return { status: 'rejected', code, scope: 'account' };
}

/** Certainly not sent; the wait is the provider's `Retry-After`, where it has one. */
export function retryable(code: string, response: HttpResponse, now: number): SendOutcome {
  const wait = retryAfterMs(response.headers, now);
  return wait === undefined ? { status: 'retryable', code } : { status: 'retryable', code, retryAfterMs: wait };
}

/** An answer that says neither yes nor no. */
export function unreadable(adapter: string, response: HttpResponse): SendOutcome {
  return { status: 'unknown', code: `${adapter}-${response.status}-unreadable` };
}

/**
 * A provider's own code as part of ours: `REJECTED_NETWORK` becomes `rejected-network`. Undefined for what is not short words
 * and numbers, and for seven digits and more in a row: a text or a phone number must not become a code.
 */
export function codeOf(value: string | undefined): string | undefined {
  if (value === undefined || !/^[A-Za-z0-9][A-Za-z0-9 ._-]{0,47}$/.test(value) || /\d{7}/.test(value)) return undefined;
  return value
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/-$/, '');
}
