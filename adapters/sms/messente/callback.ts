/**
 * Reads delivery reports and what customers send. Messente signs both: HMAC-SHA256 over the body, in hexadecimal digits; reports with the
 * password of the API key, messages of customers with a secret of their own (https://messente.com/documentation/api-setup/security).
 */
import { createHmac } from 'node:crypto';
import type { CallbackRequest, InboundMessage, Receipt } from '../../../src/contracts/adapter.js';
import { toE164 } from '../shared/address.js';
import { alertOf, malformed, proofHeader, sameSecret, unverified } from '../shared/callback.js';
import { asText, type JsonObject, parseJsonObject } from '../shared/json.js';
import type { MessenteConfig } from './index.js';
import { stateOf, UUID } from './states.js';

/** @throws CallbackRefused */
export function readReceipt(config: MessenteConfig, request: CallbackRequest): Receipt {
  const report = verifiedBody(request, config.password);
  const providerId = asText(report.omnimessage_id);
  const state = stateOf(report);
  if (report.channel !== 'sms' || state === undefined || providerId === undefined || !UUID.test(providerId))
    throw malformed('the report has no SMS, no id or no state that Messente documents');
  const alertId = alertOf(request);
  const gone = state.error !== undefined && config.goneErrors?.includes(state.error);
  return {
    ...(alertId !== undefined && { alertId }),
    providerId,
    state: state.state,
    code: state.code,
    ...(gone && { numberGone: true }),
  };
}

/** @throws CallbackRefused */
export function readInbound({ inboundSecret }: MessenteConfig, request: CallbackRequest): InboundMessage {
  if (inboundSecret === undefined) throw unverified('no inboundSecret is configured');
  const message = verifiedBody(request, inboundSecret);
  const from = toE164(asText(message.sender));
  const to = asText(message.recipient);
  const providerId = asText(message.msg_id);
  const { text } = message;
  if (message.channel !== 'sms' || from === undefined || to === undefined || typeof text !== 'string')
    throw malformed('the message is no SMS, or has no sender, recipient or text');
  if (providerId === undefined || !UUID.test(providerId)) throw malformed('the message has no id');
  return { providerId, from, to, text };
}

function verifiedBody(request: CallbackRequest, secret: string): JsonObject {
  const given = proofHeader(request, 'x-messente-signature');
  const expected = createHmac('sha256', secret).update(request.body).digest('hex');
  if (!sameSecret(given, expected)) throw unverified('the signature does not fit the body');
  const body = parseJsonObject(request.body);
  if (body === undefined) throw malformed('the body is no JSON object');
  return body;
}
