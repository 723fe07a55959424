/** Reads status callbacks and incoming messages. Both are forms, and both are signed. */
import type { CallbackRequest, InboundMessage, Receipt } from '../../../src/contracts/adapter.js';
import { toE164 } from '../shared/address.js';
import { alertOf, malformed, unverified } from '../shared/callback.js';
import { MESSAGE_SID } from './answer.js';
import type { TwilioConfig } from './index.js';
import { verifiedForm } from './signature.js';
import { stateOf } from './states.js';

/** @throws CallbackRefused */
export function readReceipt(config: TwilioConfig, request: CallbackRequest): Receipt {
  const { fields, providerId } = genuine(config, request);
  const state = stateOf(fields.get('MessageStatus'), fields.get('ErrorCode'));
  if (state === undefined) throw malformed('the callback has no state that Twilio documents');
  const alertId = alertOf(request);
  return { ...(alertId !== undefined && { alertId }), providerId, ...state };
}

/** @throws CallbackRefused */
export function readInbound(config: TwilioConfig, request: CallbackRequest): InboundMessage {
  const { fields, providerId } = genuine(config, request);
  const from = toE164(fields.get('From'));
  const to = fields.get('To');
  const text = fields.get('Body');
  if (from === undefined || !to || text === undefined) throw malformed('the message has no sender, recipient or text');
  return { providerId, from, to, text };
}

/** The signature is this account's; a callback of another account of the same owner is none of ours. */
function genuine(config: TwilioConfig, request: CallbackRequest) {
  const fields = verifiedForm(request, config.authToken);
  if (fields.get('AccountSid') !== config.accountSid) throw unverified('the callback is of another account');
  const providerId = fields.get('MessageSid');
  if (providerId === undefined || !MESSAGE_SID.test(providerId)) throw malformed('the callback names no message');
  return { fields, providerId };
}
