/** Reads what `/sms/json` says: HTTP 200, whatever became of it, and in it one `status` for each part of the message. */
import type { HttpResult, SendOutcome } from '../../../src/contracts/adapter.js';
import { asArray, asObject, asText, parseJsonObject } from '../shared/json.js';
import {
  type HttpResponse,
  rejected,
  rejectedForAccount,
  retryable,
  unreadable,
  withoutResponse,
} from '../shared/outcome.js';

/** Documented refusals; what is not listed here may have been sent. 5, an internal error, says nothing about that. */
const REFUSALS: ReadonlyMap<string, { word: string; account?: true }> = new Map([
  ['2', { word: 'parameter-missing' }],
  ['3', { word: 'parameter-invalid' }],
  ['4', { word: 'authentication', account: true }],
  ['6', { word: 'message-invalid' }],
  ['7', { word: 'number-barred' }],
  ['8', { word: 'account-barred', account: true }],
  ['9', { word: 'no-credit', account: true }],
  ['11', { word: 'account-not-enabled', account: true }],
  ['12', { word: 'too-long' }],
  ['14', { word: 'authentication', account: true }],
  ['15', { word: 'sender', account: true }],
  ['22', { word: 'network-code' }],
  ['23', { word: 'callback-url' }],
  ['29', { word: 'demo-account', account: true }],
  ['32', { word: 'authentication', account: true }],
  ['33', { word: 'number-deactivated' }],
]);
const PASSING: ReadonlyMap<string, string> = new Map([
  ['1', 'throttled'],
  ['10', 'too-many-binds'],
]);

export const MESSAGE_ID = /^[0-9A-Za-z-]{8,64}$/;

export function readAnswer(result: HttpResult, now: number): SendOutcome {
  if (result.kind !== 'response') return withoutResponse('vonage', result);
  const { status } = result;
  if (status === 200) return readParts(result, now);
  if (status === 429) return retryable('vonage-429-too-many', result, now);
  if (status === 401) return rejectedForAccount('vonage-401-authentication');
  if (status === 402) return rejectedForAccount('vonage-402-no-credit');
  if (status === 408 || status < 400 || status >= 500) return unreadable('vonage', result);
  return rejected(`vonage-${status}-refused`);
}

function readParts(response: HttpResponse, now: number): SendOutcome {
  const parts = asArray(parseJsonObject(response.body)?.messages)?.map(asObject) ?? [];
  const statuses = new Set(parts.map((part) => asText(part?.status)));
  const [status] = statuses;
  if (status === undefined) return unreadable('vonage', response);
  // Some parts were taken and some were not: trying again would send those that were once more.
  if (statuses.size > 1) return { status: 'unknown', code: 'vonage-partly-accepted' };
  if (status !== '0') return refused(status, response, now);
  const providerId = asText(parts[0]?.['message-id']);
  return providerId !== undefined && MESSAGE_ID.test(providerId)
    ? { status: 'accepted', providerId }
    : unreadable('vonage', response);
}

function refused(status: string, response: HttpResponse, now: number): SendOutcome {
  if (PASSING.has(status)) return retryable(`vonage-${status}-${PASSING.get(status)}`, response, now);
  const refusal = REFUSALS.get(status);
  if (refusal === undefined)
    return { status: 'unknown', code: /^\d{1,3}$/.test(status) ? `vonage-${status}` : 'vonage-unreadable' };
  const code = `vonage-${status}-${refusal.word}`;
  return refusal.account ? rejectedForAccount(code) : rejected(code);
}
