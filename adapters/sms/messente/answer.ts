/** Reads what Messente says of an omnimessage: 201 with its ids, or a list of errors with a status that tells their kind. */
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
import { UUID } from './states.js';

export function readAnswer(result: HttpResult, now: number): SendOutcome {
  if (result.kind !== 'response') return withoutResponse('messente', result);
  const { status } = result;
  if (status === 201 || status === 200) return readMessage(result);
  if (status === 429) return retryable('messente-429-too-many', result, now);
  if (status === 408 || status < 400 || status >= 500) return unreadable('messente', result);
  const code = `messente-${status}`;
  if (status === 401) return rejectedForAccount(`${code}-authentication`);
  if (status === 402) return rejectedForAccount(`${code}-no-credit`);
  // The key's list of addresses, or something the account may not do.
  if (status === 403) return rejectedForAccount(`${code}-forbidden`);
  const error = errorCode(result);
  return rejected(error === undefined ? `${code}-refused` : `${code}-${error}`);
}

/** Accepted only when the SMS itself has an id: an omnimessage could stand without one. */
function readMessage(response: HttpResponse): SendOutcome {
  const answer = parseJsonObject(response.body);
  const id = asText(answer?.omnimessage_id);
  const sms = asArray(answer?.messages)
    ?.map(asObject)
    .find((message) => message?.channel === 'sms');
  const accepted = id !== undefined && UUID.test(id) && UUID.test(asText(sms?.message_id) ?? '');
  return accepted ? { status: 'accepted', providerId: id } : unreadable('messente', response);
}

function errorCode(response: HttpResponse): string | undefined {
  const code = asText(asObject(asArray(parseJsonObject(response.body)?.errors)?.[0])?.code);
  return code !== undefined && /^\d{3}$/.test(code) ? code : undefined;
}
