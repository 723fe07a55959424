/** Reads what Telnyx answered to a message. Its refusals are five digits in `errors[].code`, whatever the HTTP status. */
import type { HttpResult, SendOutcome } from '../../../src/contracts/adapter.js';
import { asArray, asObject, asText, parseJsonObject } from '../shared/json.js';
import {
  codeOf,
  type HttpResponse,
  rejected,
  rejectedForAccount,
  retryable,
  unreadable,
  withoutResponse,
} from '../shared/outcome.js';
import { errorOf, recipientOf, stateOf } from './state.js';

const AUTHENTICATION = new Set(['10009']);
const NO_CREDIT = new Set(['20100']);
/** Certainly not sent, and may be later: too many requests, here and upstream; the queue is full; the sender's purchase is pending. */
const LATER = new Set(['10011', '40011', '40318', '40320']);
/** An unexpected error and a timeout of theirs: it may have been sent. */
const UNCERTAIN = new Set(['10007', '10008']);
/**
 * About the account, its profile or its sender: no permission; a feature or level that is not enabled; a sender that is not
 * enabled, invalid, not configured or unhealthy; a region that is not allowed; a profile or messaging that is disabled; no usable number.
 */
const OF_ACCOUNT = new Set(
  '10010 20015 20016 20017 40013 40100 40150 40151 40305 40306 40309 40311 40312 40313 40314 40315 40321'.split(' '),
);

export function readAnswer(result: HttpResult, now: number): SendOutcome {
  return result.kind === 'response' ? readResponse(result, now) : withoutResponse('telnyx', result);
}

function readResponse(response: HttpResponse, now: number): SendOutcome {
  const { status } = response;
  if (status === 200 || status === 201 || status === 202) return readMessage(response);
  const error = errorCode(response);
  if (status === 429 || (error !== undefined && LATER.has(error)))
    return retryable(`telnyx-${error ?? '429-too-many'}`, response, now);
  if (status === 503) return retryable('telnyx-503-unavailable', response, now);
  if (status < 400 || status >= 500 || status === 408 || (error !== undefined && UNCERTAIN.has(error)))
    return unreadable('telnyx', response);
  return refused(status, error);
}

/** A message that was taken has an id; one that failed at once says so of its recipient. */
function readMessage(response: HttpResponse): SendOutcome {
  const message = asObject(parseJsonObject(response.body)?.data);
  const id = asText(message?.id);
  if (message === undefined || id === undefined) return unreadable('telnyx', response);
  if (stateOf(asText(recipientOf(message)?.status)) !== 'failed') return { status: 'accepted', providerId: id };
  return refused(response.status, codeOf(errorOf(message)));
}

function refused(status: number, error: string | undefined): SendOutcome {
  if (error !== undefined && NO_CREDIT.has(error)) return rejectedForAccount('telnyx-no-credit');
  if (status === 402) return rejectedForAccount('telnyx-no-credit');
  if (error !== undefined ? AUTHENTICATION.has(error) : status === 401)
    return rejectedForAccount('telnyx-authentication');
  if (error === undefined) return rejected(`telnyx-${status}-refused`);
  return OF_ACCOUNT.has(error) ? rejectedForAccount(`telnyx-${error}`) : rejected(`telnyx-${error}`);
}

function errorCode({ body }: HttpResponse): string | undefined {
  return codeOf(asText(asObject(asArray(parseJsonObject(body)?.errors)?.[0])?.code));
}
