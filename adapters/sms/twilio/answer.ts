/** Reads what Twilio says of a message it was asked to create: 201 with the message, or an error with a code of five digits. */
import type { HttpResult, SendOutcome } from '../../../src/contracts/adapter.js';
import { asText, parseJsonObject } from '../shared/json.js';
import {
  type HttpResponse,
  rejected,
  rejectedForAccount,
  retryable,
  unreadable,
  withoutResponse,
} from '../shared/outcome.js';
import { stateOf } from './states.js';

export const MESSAGE_SID = /^(SM|MM)[0-9a-f]{32}$/i;

/** Not the message but the account, its keys, its senders or the countries it may send to. */
const OF_THE_ACCOUNT: ReadonlyMap<string, string> = new Map([
  ['20003', 'authentication'],
  ['20004', 'authentication'],
  ['20403', 'authentication'],
  ['20404', 'account-not-found'],
  ['20005', 'no-credit'],
  ['30002', 'no-credit'],
  ['90010', 'no-credit'],
  ['21408', 'country-not-enabled'],
  ['21608', 'trial-account'],
  ['21212', 'sender'],
  ['21266', 'sender'],
  ['21603', 'sender'],
  ['21606', 'sender'],
  ['21612', 'sender'],
  ['21659', 'sender'],
  ['21660', 'sender'],
  ['21661', 'sender'],
  ['21663', 'sender-region'],
  ['21701', 'messaging-service'],
  ['21703', 'messaging-service'],
  ['21705', 'messaging-service'],
  ['63038', 'daily-limit'],
]);

/** Refused before anything was queued, and worth another try. */
const PASSING: ReadonlyMap<string, string> = new Map([
  ['20429', 'too-many'],
  ['21611', 'queue-full'],
  ['30001', 'queue-full'],
]);

export function readAnswer(result: HttpResult, now: number): SendOutcome {
  if (result.kind !== 'response') return withoutResponse('twilio', result);
  const { status } = result;
  if (status === 201 || status === 200) return readMessage(result);
  if (status === 429) return retryable('twilio-429-too-many', result, now);
  if (status === 408 || status < 400 || status >= 500) return unreadable('twilio', result);
  return readError(result, now);
}

/** The message may have failed already: a sender or a number that cannot work is told at once. */
function readMessage(response: HttpResponse): SendOutcome {
  const message = parseJsonObject(response.body);
  const sid = asText(message?.sid);
  const state = stateOf(asText(message?.status), asText(message?.error_code));
  if (sid === undefined || !MESSAGE_SID.test(sid) || state === undefined) return unreadable('twilio', response);
  return state.state === 'failed' ? refused(state.code) : { status: 'accepted', providerId: sid };
}

function readError(response: HttpResponse, now: number): SendOutcome {
  const error = asText(parseJsonObject(response.body)?.code);
  const code = error !== undefined && /^\d{5,6}$/.test(error) ? error : undefined;
  if (code !== undefined && PASSING.has(code)) return retryable(`twilio-${code}-${PASSING.get(code)}`, response, now);
  if (code !== undefined) return refused(code);
  if (response.status === 401 || response.status === 403)
    return rejectedForAccount(`twilio-${response.status}-authentication`);
  return rejected(`twilio-${response.status}-refused`);
}

function refused(code: string): SendOutcome {
  const ofAccount = OF_THE_ACCOUNT.get(code);
  return ofAccount === undefined ? rejected(`twilio-${code}`) : rejectedForAccount(`twilio-${code}-${ofAccount}`);
}
