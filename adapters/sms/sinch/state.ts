/** What a status of Sinch's delivery reports means (developers.sinch.com, SMS, delivery report statuses). */
import type { Receipt, ReceiptState } from '../../../src/contracts/adapter.js';
import { asText, type JsonObject } from '../shared/json.js';
import { codeOf } from '../shared/outcome.js';

const STATES = new Map<string, ReceiptState>([
  ['Queued', 'accepted'],
  ['Dispatched', 'accepted'],
  ['Delivered', 'delivered'],
  ['Aborted', 'failed'],
  ['Cancelled', 'failed'],
  ['Rejected', 'failed'],
  ['Deleted', 'failed'],
  ['Failed', 'failed'],
  ['Expired', 'failed'],
  ['Unknown', 'unknown'],
]);

/** 150 is the register's "unknown subscriber", which Sinch treats as permanent. */
const GONE: readonly string[] = ['150'];

/** Undefined for a status that Sinch does not document. `code` is status and number: `failed-150`, `delivered`. */
export function stateOf(
  report: JsonObject,
  goneErrors: readonly string[] = GONE,
): Pick<Receipt, 'state' | 'code' | 'numberGone'> | undefined {
  const status = asText(report.status) ?? '';
  const state = STATES.get(status);
  if (state === undefined) return undefined;
  const number = asText(report.code);
  const detail = number === undefined || number === '0' ? undefined : codeOf(number);
  const code = detail === undefined ? status.toLowerCase() : `${status.toLowerCase()}-${detail}`;
  const gone = state === 'failed' && number !== undefined && goneErrors.includes(number);
  return gone ? { state, code, numberGone: true } : { state, code };
}
