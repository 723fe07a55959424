/** Telnyx's message object, in answers, webhooks and look-ups alike: the state stands at its one recipient. */
import type { ReceiptState } from '../../../src/contracts/adapter.js';
import { asArray, asObject, asText, type JsonObject } from '../shared/json.js';

const STATES = new Map<string, ReceiptState>([
  ['queued', 'accepted'],
  ['sending', 'accepted'],
  ['sent', 'accepted'],
  ['delivered', 'delivered'],
  ['sending_failed', 'failed'],
  ['delivery_failed', 'failed'],
  ['expired', 'failed'],
  // the operator sent no report in time
  ['delivery_unconfirmed', 'unknown'],
]);

/** Undefined for a status that Telnyx does not document for SMS. */
export function stateOf(status: string | undefined): ReceiptState | undefined {
  return STATES.get(status ?? '');
}

export function recipientOf(message: JsonObject): JsonObject | undefined {
  return asObject(asArray(message.to)?.[0]);
}

/** The first error's five digits, where there is one. */
export function errorOf(message: JsonObject): string | undefined {
  return asText(asObject(asArray(message.errors)?.[0])?.code);
}
