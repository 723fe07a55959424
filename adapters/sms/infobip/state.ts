/** Infobip's status and error objects, alike in answers, reports and logs (infobip.com/docs, message status codes). */
import type { Receipt, ReceiptState } from '../../../src/contracts/adapter.js';
import { asObject, asText, type JsonObject } from '../shared/json.js';
import { codeOf } from '../shared/outcome.js';

const GROUPS = new Map<string, ReceiptState>([
  ['PENDING', 'accepted'],
  ['UNDELIVERABLE', 'failed'],
  ['DELIVERED', 'delivered'],
  ['EXPIRED', 'failed'],
  ['REJECTED', 'failed'],
]);

/** Names that say something else than their group. */
const NAMES = new Map<string, ReceiptState>([
  // the operator has it; the phone does not yet
  ['DELIVERED_TO_OPERATOR', 'accepted'],
  // it may have arrived: no report came
  ['EXPIRED_DLR_UNKNOWN', 'unknown'],
]);

/** Documented as permanent: the network knows no such subscriber. */
const GONE: readonly string[] = ['EC_UNKNOWN_SUBSCRIBER'];

export function statusOf(entry: JsonObject): { group: string | undefined; name: string | undefined } {
  const status = asObject(entry.status);
  return { group: asText(status?.groupName), name: asText(status?.name) };
}

/** A status whose group Infobip does not document is `unknown`. `code` is the error's name, or else the status's. */
export function stateOf(
  entry: JsonObject,
  goneErrors: readonly string[] = GONE,
): Pick<Receipt, 'state' | 'code' | 'numberGone'> {
  const { group, name } = statusOf(entry);
  const state = NAMES.get(name ?? '') ?? GROUPS.get(group ?? '') ?? 'unknown';
  const failure = asObject(entry.error);
  const error = asText(failure?.name);
  const code = codeOf(error === undefined || error === 'NO_ERROR' ? name : error) ?? codeOf(group);
  const gone = state === 'failed' && failure?.permanent === true && error !== undefined && goneErrors.includes(error);
  return gone ? { state, code, numberGone: true } : { state, code };
}
