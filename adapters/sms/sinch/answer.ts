/** Reads what Sinch answered to a batch. Only what it documents counts; anything else may have been sent and is `unknown`. */
import type { HttpResult, SendOutcome } from '../../../src/contracts/adapter.js';
import { asText, parseJsonObject } from '../shared/json.js';
import {
  codeOf,
  type HttpResponse,
  rejected,
  rejectedForAccount,
  retryable,
  unreadable,
  withoutResponse,
} from '../shared/outcome.js';

/** Codes of a 403 that are about the account rather than about this message. */
const OF_ACCOUNT = new Set(['blocked-account', 'missing-callback-url', 'unknown-campaign']);

export function readAnswer(result: HttpResult, now: number): SendOutcome {
  return result.kind === 'response' ? readResponse(result, now) : withoutResponse('sinch', result);
}

function readResponse(response: HttpResponse, now: number): SendOutcome {
  const { status } = response;
  if (status === 201 || status === 200) return accepted(response);
  if (status === 429) return retryable('sinch-429-too-many', response, now);
  if (status === 503) return retryable('sinch-503-unavailable', response, now);
  if (status < 400 || status >= 500 || status === 408) return unreadable('sinch', response);
  if (status === 401) return rejectedForAccount('sinch-authentication');
  if (status === 402) return rejectedForAccount('sinch-no-credit');
  // the address holds the service plan: one that does not exist is a mistake of the configuration
  if (status === 404) return rejectedForAccount('sinch-404-service-plan');
  return refused(response);
}

function accepted(response: HttpResponse): SendOutcome {
  const id = asText(parseJsonObject(response.body)?.id);
  return id === undefined ? unreadable('sinch', response) : { status: 'accepted', providerId: id };
}

function refused({ status, body }: HttpResponse): SendOutcome {
  const word = codeOf(asText(parseJsonObject(body)?.code)) ?? 'refused';
  const code = `sinch-${status}-${word}`;
  return OF_ACCOUNT.has(word) ? rejectedForAccount(code) : rejected(code);
}
