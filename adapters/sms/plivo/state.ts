/** What a state of Plivo's messages means, in callbacks (`Status`) and look-ups (`message_state`) alike. */
import type { ReceiptState } from '../../../src/contracts/adapter.js';
import { codeOf } from '../shared/outcome.js';

const STATES = new Map<string, ReceiptState>([
  ['queued', 'accepted'],
  ['sent', 'accepted'],
  ['delivered', 'delivered'],
  ['failed', 'failed'],
  ['undelivered', 'failed'],
  ['rejected', 'failed'],
]);

/** Undefined for a state that Plivo does not document for SMS. `code` is state and error: `undelivered-70`, `delivered`. */
export function stateOf(
  status: string | undefined,
  error: string | undefined,
): { state: ReceiptState; code: string } | undefined {
  const state = STATES.get(status ?? '');
  if (state === undefined || status === undefined) return undefined;
  const detail = state === 'failed' ? codeOf(error) : undefined;
  return { state, code: detail === undefined ? status : `${status}-${detail}` };
}
