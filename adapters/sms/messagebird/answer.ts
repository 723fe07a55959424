/** Reads what `POST /messages` answered. A 201 holds the state of each recipient, so it can be a refusal as well. */
import type { HttpResult, SendOutcome } from '../../../src/contracts/adapter.js';
import { asArray, asObject, asText, type JsonObject, parseJsonObject } from '../shared/json.js';
import { codeOf, type HttpResponse, retryable, unreadable, withoutResponse } from '../shared/outcome.js';
import { messageState } from './state.js';

/** The API's own error numbers. 9 and 10 are about one parameter, whose name is kept. */
const ERRORS = new Map<string, string>([
  ['2', 'authentication'],
  ['9', 'parameter'],
  ['10', 'parameter'],
  ['20', 'not-found'],
  ['21', 'bad-request'],
  ['25', 'no-credit'],
]);

/** Another provider may still take the message: keys, credit, and a sender that this account may not use. */
const OF_THE_ACCOUNT = new Set(['authentication', 'no-credit', 'parameter-originator']);

export function readAnswer(result: HttpResult, now: number): SendOutcome {
  if (result.kind !== 'response') return withoutResponse('messagebird', result);
  if (result.status === 201) return readCreated(result);
  if (result.status === 429) return retryable('messagebird-429-too-many', result, now);
  // a time-out, a redirect or an error behind the API: it may have been sent, and a look-up will tell
  if (result.status === 408 || result.status < 400 || result.status >= 500) return unreadable('messagebird', result);
  const word = refusalOf(result);
  return { status: 'rejected', code: `messagebird-${word}`, ...(OF_THE_ACCOUNT.has(word) && { scope: 'account' }) };
}

function readCreated(response: HttpResponse): SendOutcome {
  const message = parseJsonObject(response.body);
  const id = message && messageId(message);
  const recipient = message && firstRecipient(message);
  const found = recipient && messageState(asText(recipient.status), asText(recipient.statusErrorCode));
  if (id === undefined || found === undefined) return unreadable('messagebird', response);
  if (found.state === 'failed') return { status: 'rejected', code: `messagebird-${found.code}` };
  return { status: 'accepted', providerId: id };
}

export function messageId(message: JsonObject): string | undefined {
  return /^[0-9A-Za-z-]{1,64}$/.exec(asText(message.id) ?? '')?.[0];
}

/** We send to one. */
export function firstRecipient(message: JsonObject): JsonObject | undefined {
  return asObject(asArray(asObject(message.recipients)?.items)?.[0]);
}

/** The word kept of an answer with `errors`; its texts can hold the number. */
export function refusalOf(response: HttpResponse): string {
  const error = asObject(asArray(parseJsonObject(response.body)?.errors)?.[0]);
  const known = ERRORS.get(asText(error?.code) ?? '');
  if (known === undefined) return response.status === 401 ? 'authentication' : `${response.status}-refused`;
  const parameter = known === 'parameter' ? codeOf(asText(error?.parameter)) : undefined;
  return parameter === undefined ? known : `${known}-${parameter}`;
}
