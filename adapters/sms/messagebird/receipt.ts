/** Reads a status report. It comes for every change of state, in any order. */
import type { CallbackRequest, Receipt } from '../../../src/contracts/adapter.js';
import { alertOf, malformed } from '../shared/callback.js';
import { parametersOf } from './parameters.js';
import { messageState } from './state.js';

/**
 * @param signed whether a signature covers the report; else the secret in the address speaks for its own alert alone
 * @throws CallbackRefused `callback-malformed`
 */
export function readReceipt(request: CallbackRequest, signed: boolean): Receipt {
  const parameter = parametersOf(request);
  const state = messageState(parameter('status'), parameter('statusErrorCode'), parameter('statusReason'));
  if (state === undefined) throw malformed('the report has no status that is documented');
  const alertId = parameter('reference');
  const providerId = parameter('id');
  const addressed = signed ? undefined : alertOf(request);
  if (addressed !== undefined && alertId !== undefined && addressed !== alertId)
    throw malformed('the report is of another message than its address');
  if (alertId === undefined && providerId === undefined) throw malformed('the report names no message');
  return { ...(alertId && { alertId }), ...(providerId && { providerId }), ...state };
}
