/** Reads what `sendsms` answered. Only what Kannel documents counts; anything else may have been sent and is `unknown`. */
import type { HttpResult, SendOutcome } from '../../../src/contracts/adapter.js';
import { retryAfterMs } from '../retry-after.js';

type Response = Extract<HttpResult, { kind: 'response' }>;

/** `Sent.` is the answer of an smsbox configured with `immediate-sendsms-reply`. */
const ACCEPTED = /^(0: Accepted for delivery|3: Queued for later delivery|Sent\.)/;

/** Kannel's own wording of a refusal, and the word we keep. The body itself is never kept: it can hold the number. */
const REFUSALS: [RegExp, string][] = [
  [/^Authorization failed/, 'authorization-failed'],
  [/^Not routable/, 'not-routable'],
  [/^Number\(s\) has\/have been denied/, 'number-denied'],
  [/^Sender missing/, 'sender-missing'],
  [/^(Missing|Empty) receiver/, 'receiver-missing'],
  [/^(Coding|Validity|Priority|DLR-URL|DLR-Mask|Charset or body)( field)? misformed/, 'field-malformed'],
];

export function readAnswer(result: HttpResult, now: number): SendOutcome {
  if (result.kind === 'not-sent') return { status: 'retryable', code: `kannel-${result.code}` };
  if (result.kind === 'no-answer') return { status: 'unknown', code: `kannel-${result.code}` };
  return readResponse(result, now);
}

function readResponse(response: Response, now: number): SendOutcome {
  const { status } = response;
  const body = response.body.trim();
  if (status === 202) return ACCEPTED.test(body) ? { status: 'accepted' } : unreadable(status);
  if (status === 503) return retryable('kannel-503-temporary-failure', response, now);
  if (status === 429) return retryable('kannel-429-too-many', response, now);
  // smsbox could not hand a single part to bearerbox
  if (status === 500 && body.startsWith('Sending failed.'))
    return retryable('kannel-500-sending-failed', response, now);
  if (status === 408 || status < 400 || status >= 500) return unreadable(status);
  return { status: 'rejected', code: `kannel-${status}-${refusal(body)}` };
}

function refusal(body: string): string {
  return REFUSALS.find(([wording]) => wording.test(body))?.[1] ?? 'refused';
}

function retryable(code: string, response: Response, now: number): SendOutcome {
  const wait = retryAfterMs(response.headers, now);
  return wait === undefined ? { status: 'retryable', code } : { status: 'retryable', code, retryAfterMs: wait };
}

function unreadable(status: number): SendOutcome {
  return { status: 'unknown', code: `kannel-${status}-unreadable` };
}
