/** Reads what Infobip answered to one message. A 200 is an answer about the request; the message's own fate is its status. */
import type { HttpResult, SendOutcome } from '../../../src/contracts/adapter.js';
import { asArray, asObject, asText, type JsonObject, parseJsonObject } from '../shared/json.js';
import {
  codeOf,
  type HttpResponse,
  rejected,
  rejectedForAccount,
  retryable,
  unreadable,
  withoutResponse,
} from '../shared/outcome.js';
import { statusOf } from './state.js';

const NO_CREDIT = new Set(['REJECTED_NOT_ENOUGH_CREDITS', 'REJECTED_PREPAID_PACKAGE_EXPIRED']);
/** Their own faults, which they ask to be tried again. */
const LATER = new Set(['REJECTED_SYSTEM_ERROR', 'UNDELIVERABLE_REJECTED_PLATFORM']);
/** An earlier request with this id was taken: what became of that message, the logs say. */
const DUPLICATE = 'REJECTED_DUPLICATE_MESSAGE_ID';
/** A network, route or sender that is not set up or is blocked for the account; a trial's single number. */
const OF_ACCOUNT = new Set([
  'REJECTED_NETWORK',
  'REJECTED_SOURCE',
  'REJECTED_SENDER',
  'REJECTED_ROUTE_NOT_AVAILABLE',
  'REJECTED_DESTINATION_NOT_REGISTERED',
]);

export function readAnswer(result: HttpResult, now: number): SendOutcome {
  return result.kind === 'response' ? readResponse(result, now) : withoutResponse('infobip', result);
}

function readResponse(response: HttpResponse, now: number): SendOutcome {
  const { status } = response;
  if (status === 200) return readMessage(response, now);
  if (status === 429) return retryable('infobip-429-too-many', response, now);
  if (status === 503) return retryable('infobip-503-unavailable', response, now);
  if (status < 400 || status >= 500 || status === 408) return unreadable('infobip', response);
  if (status === 401) return rejectedForAccount('infobip-authentication');
  if (status === 403) return rejectedForAccount('infobip-403-forbidden');
  return rejected(`infobip-${status}-${errorWord(response) ?? 'refused'}`);
}

function readMessage(response: HttpResponse, now: number): SendOutcome {
  const message = asObject(asArray(parseJsonObject(response.body)?.messages)?.[0]);
  if (message === undefined) return unreadable('infobip', response);
  const { group, name } = statusOf(message);
  if (group === 'PENDING' || group === 'DELIVERED') return accepted(response, message);
  if (group !== 'REJECTED' && group !== 'UNDELIVERABLE' && group !== 'EXPIRED') return unreadable('infobip', response);
  return refused(name ?? group, response, now);
}

function accepted(response: HttpResponse, message: JsonObject): SendOutcome {
  const id = asText(message.messageId);
  return id === undefined ? unreadable('infobip', response) : { status: 'accepted', providerId: id };
}

function refused(name: string, response: HttpResponse, now: number): SendOutcome {
  const code = `infobip-${codeOf(name) ?? 'refused'}`;
  if (name === DUPLICATE) return { status: 'unknown', code };
  if (LATER.has(name)) return retryable(code, response, now);
  if (NO_CREDIT.has(name)) return rejectedForAccount('infobip-no-credit');
  return OF_ACCOUNT.has(name) ? rejectedForAccount(code) : rejected(code);
}

/** Two forms of error are documented: `errorCode` of the newer APIs, and `requestError.serviceException.messageId`. */
function errorWord({ body }: HttpResponse): string | undefined {
  const error = parseJsonObject(body);
  const exception = asObject(asObject(error?.requestError)?.serviceException);
  return codeOf(asText(error?.errorCode) ?? asText(exception?.messageId));
}
