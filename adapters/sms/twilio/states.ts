/** Twilio's message states and error codes, in the words of the core. */
import type { ReceiptState } from '../../../src/contracts/adapter.js';
import { codeOf } from '../shared/outcome.js';

/** Of outgoing messages; `receiving` and `received` are of others, and are not listed. */
const STATES = new Map<string, ReceiptState>([
  ['accepted', 'accepted'],
  ['scheduled', 'accepted'],
  ['queued', 'accepted'],
  ['sending', 'accepted'],
  ['sent', 'accepted'],
  ['delivered', 'delivered'],
  ['read', 'delivered'],
  ['partially_delivered', 'unknown'],
  ['undelivered', 'failed'],
  ['failed', 'failed'],
  ['canceled', 'failed'],
]);

/** 30005: the number is unknown and may no longer exist. */
const NUMBER_GONE = '30005';

export interface TwilioState {
  state: ReceiptState;
  code: string;
  numberGone?: true;
}

/** @returns undefined for a state that Twilio does not document of a message to a customer */
export function stateOf(status: string | undefined, error: string | undefined): TwilioState | undefined {
  const state = STATES.get(status ?? '');
  if (state === undefined) return undefined;
  const code = state === 'failed' ? (errorCode(error) ?? status) : status;
  const gone = state === 'failed' && error === NUMBER_GONE;
  return { state, code: codeOf(code) as string, ...(gone && { numberGone: true }) };
}

/** Five digits; `0` and `null` mean none. */
export function errorCode(error: string | undefined): string | undefined {
  return error !== undefined && /^[1-9]\d{4,5}$/.test(error) ? error : undefined;
}
