/** Reads what Plivo answered to a message. Its refusals are free text, of which only the kind is kept. */
import type { HttpResult, SendOutcome } from '../../../src/contracts/adapter.js';
import { asArray, asText, parseJsonObject } from '../shared/json.js';
import {
  type HttpResponse,
  rejected,
  rejectedForAccount,
  retryable,
  unreadable,
  withoutResponse,
} from '../shared/outcome.js';

const NO_CREDIT = /insufficient (credit|balance|fund)/i;

export function readAnswer(result: HttpResult, now: number): SendOutcome {
  return result.kind === 'response' ? readResponse(result, now) : withoutResponse('plivo', result);
}

function readResponse(response: HttpResponse, now: number): SendOutcome {
  const { status } = response;
  if (status === 202 || status === 200 || status === 201) return readMessage(response);
  if (status === 429) return retryable('plivo-429-too-many', response, now);
  if (status === 503) return retryable('plivo-503-unavailable', response, now);
  if (status < 400 || status >= 500 || status === 408) return unreadable('plivo', response);
  return refused(response);
}

/** The one recipient has a UUID, or is listed among the invalid numbers. */
function readMessage(response: HttpResponse): SendOutcome {
  const body = parseJsonObject(response.body);
  const id = asText(asArray(body?.message_uuid)?.[0]);
  if (id !== undefined) return { status: 'accepted', providerId: id };
  const invalid = asArray(body?.invalid_number) ?? [];
  return invalid.length > 0 ? rejected('plivo-invalid-number') : unreadable('plivo', response);
}

function refused({ status, body }: HttpResponse): SendOutcome {
  if (status === 402 || NO_CREDIT.test(asText(parseJsonObject(body)?.error) ?? ''))
    return rejectedForAccount('plivo-no-credit');
  if (status === 401) return rejectedForAccount('plivo-authentication');
  // a country that is not allowed for the account
  if (status === 403) return rejectedForAccount('plivo-403-not-permitted');
  if (status === 404) return rejectedForAccount('plivo-404-account');
  return rejected(status === 400 ? 'plivo-400-invalid' : `plivo-${status}-refused`);
}
