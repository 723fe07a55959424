/** Vonage's message states and `err-code` values, in the words of the core. */
import type { ReceiptState } from '../../../src/contracts/adapter.js';

const STATES = new Map<string, ReceiptState>([
  ['accepted', 'accepted'],
  ['buffered', 'accepted'],
  ['delivered', 'delivered'],
  ['expired', 'failed'],
  ['failed', 'failed'],
  ['undelivered', 'failed'],
  ['rejected', 'failed'],
  ['deleted', 'failed'],
  ['unknown', 'unknown'],
]);

/** "Absent Subscriber - Permanent": the number is no longer active. */
const NUMBER_GONE = '3';

export interface VonageState {
  state: ReceiptState;
  code: string;
  numberGone?: true;
}

/** @returns undefined for a state that Vonage does not document */
export function stateOf(status: string | undefined, error: string | undefined): VonageState | undefined {
  const state = STATES.get(status ?? '');
  if (status === undefined || state === undefined) return undefined;
  const code = error !== undefined && /^[1-9]\d{0,3}$/.test(error) ? `${status}-${error}` : status;
  const gone = state === 'failed' && error === NUMBER_GONE;
  return { state, code, ...(gone && { numberGone: true }) };
}
