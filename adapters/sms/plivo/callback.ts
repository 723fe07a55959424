/** Reads the forms that Plivo POSTs: the state of a message, or a message that somebody sent to the bank. */
import type { CallbackRequest, InboundMessage, Receipt } from '../../../src/contracts/adapter.js';
import { toE164 } from '../shared/address.js';
import { alertOf, formOf, malformed, singleValues } from '../shared/callback.js';
import type { PlivoConfig } from './index.js';
import { stateOf } from './state.js';

const GONE: readonly string[] = ['70'];

/** @throws CallbackRefused `callback-malformed` */
export function readReceipts(config: PlivoConfig, request: CallbackRequest): Receipt[] {
  const form = fieldsOf(request);
  const providerId = form.get('MessageUUID');
  const error = form.get('ErrorCode') || undefined;
  const state = stateOf(form.get('Status'), error);
  if (!providerId || state === undefined) throw malformed('the callback lacks an id, or a state that Plivo documents');
  const receipt: Receipt = { providerId, ...state };
  // the address is signed as well, or its token was checked
  const alertId = alertOf(request);
  if (alertId !== undefined) receipt.alertId = alertId;
  if (state.state === 'failed' && error !== undefined && (config.goneErrors ?? GONE).includes(error))
    receipt.numberGone = true;
  return [receipt];
}

/** @throws CallbackRefused `callback-malformed` */
export function readInbound(request: CallbackRequest): InboundMessage[] {
  const form = fieldsOf(request);
  const type = form.get('Type');
  if (type !== undefined && type !== 'sms') return [];
  const from = toE164(form.get('From'));
  const to = form.get('To');
  const text = form.get('Text');
  if (from === undefined || !to || text === undefined)
    throw malformed('the message lacks a sender, a recipient or a text');
  const providerId = form.get('MessageUUID');
  return [providerId ? { providerId, from, to, text } : { from, to, text }];
}

/** An application of the account may be set up to call with GET. */
function fieldsOf(request: CallbackRequest): Map<string, string> {
  return request.method === 'GET' ? singleValues(request.query) : formOf(request);
}
