/** Reads delivery receipts and what customers send. */
import type { CallbackRequest, InboundMessage, Receipt } from '../../../src/contracts/adapter.js';
import { toE164 } from '../shared/address.js';
import { malformed } from '../shared/callback.js';
import { MESSAGE_ID } from './answer.js';
import type { VonageConfig } from './index.js';
import { verifiedFields } from './signature.js';
import { stateOf } from './states.js';

/** The alert is our `client-ref`, which the signature covers; the address is not covered. @throws CallbackRefused */
export function readReceipt(config: VonageConfig, request: CallbackRequest, now: number): Receipt {
  const fields = verifiedFields(config, request, now);
  const providerId = idOf(fields);
  const state = stateOf(fields.get('status'), fields.get('err-code'));
  if (state === undefined) throw malformed('the receipt has no state that Vonage documents');
  const alertId = fields.get('client-ref');
  return { ...(alertId && { alertId }), providerId, ...state };
}

/** Nothing for a binary message: there is no text in it, and refusing it would make Vonage send it for a day. @throws CallbackRefused */
export function readInbound(config: VonageConfig, request: CallbackRequest, now: number): InboundMessage[] {
  const fields = verifiedFields(config, request, now);
  const providerId = idOf(fields);
  if (fields.get('type') === 'binary') return [];
  const from = toE164(fields.get('msisdn'));
  const to = fields.get('to');
  const text = fields.get('text');
  if (from === undefined || !to || text === undefined) throw malformed('the message has no sender, recipient or text');
  return [{ providerId, from, to, text }];
}

function idOf(fields: ReadonlyMap<string, string>): string {
  const id = fields.get('messageId');
  if (id === undefined || !MESSAGE_ID.test(id)) throw malformed('the callback names no message');
  return id;
}
