/** Messente's message states and `err` values, in the words of the core. */
import type { ReceiptState } from '../../../src/contracts/adapter.js';
import { asText, type JsonObject } from '../shared/json.js';

const STATES = new Map<string, ReceiptState>([
  ['ACK', 'accepted'],
  ['ACCEPTD', 'accepted'],
  ['DELIVRD', 'delivered'],
  ['SEEN', 'delivered'],
  ['UNDELIV', 'failed'],
  ['FAILED', 'failed'],
  ['REJECTD', 'failed'],
  ['EXPIRED', 'failed'],
  ['DELETED', 'failed'],
  ['NACK', 'failed'],
  ['UNKNOWN', 'unknown'],
]);

export const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** @param report a delivery report, or one of the statuses of an omnimessage; undefined where its state is none of Messente's */
export function stateOf(report: JsonObject): { state: ReceiptState; code: string; error?: number } | undefined {
  const status = asText(report.status) ?? '';
  const state = STATES.get(status);
  if (state === undefined) return undefined;
  const error = Number(asText(report.err) ?? 0);
  const told = state === 'failed' && Number.isSafeInteger(error) && error > 0 && error <= 999;
  const word = status.toLowerCase();
  return told ? { state, code: `${word}-${error}`, error } : { state, code: word };
}
