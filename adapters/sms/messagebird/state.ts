/** The states of a message, alike in answers, reports and look-ups, and the code kept of each. */
import type { ReceiptState } from '../../../src/contracts/adapter.js';
import { codeOf } from '../shared/outcome.js';

const STATES = new Map<string, ReceiptState>([
  ['scheduled', 'accepted'],
  ['sent', 'accepted'],
  ['buffered', 'accepted'],
  ['delivered', 'delivered'],
  ['expired', 'failed'],
  ['delivery_failed', 'failed'],
]);

/** EC_UNKNOWN_SUBSCRIBER. Others of the same group (a barred line, an unknown exchange) can pass, so they suspend nobody. */
const UNKNOWN_SUBSCRIBER = '1';

export interface MessageState {
  state: ReceiptState;
  code: string;
  numberGone?: boolean;
}

/** @returns undefined for a status that is not documented */
export function messageState(status?: string, errorCode?: string, reason?: string): MessageState | undefined {
  const state = STATES.get(status ?? '');
  if (status === undefined || state === undefined) return undefined;
  const word = status.replace('_', '-');
  if (state !== 'failed') return { state, code: word };
  const detail = /^\d{1,5}$/.test(errorCode ?? '') ? errorCode : codeOf(reason);
  const gone = errorCode ? errorCode === UNKNOWN_SUBSCRIBER : reason === 'unknown subscriber';
  return { state, code: detail ? `${word}-${detail}` : word, ...(gone && { numberGone: true }) };
}
