/** Reads what Sinch POSTs: the report of one recipient, or a message that somebody sent to the bank. One address may get both kinds. */
import type { CallbackRequest, InboundMessage, Receipt } from '../../../src/contracts/adapter.js';
import { toE164 } from '../shared/address.js';
import { malformed } from '../shared/callback.js';
import { asText, type JsonObject, parseJsonObject } from '../shared/json.js';
import type { SinchConfig } from './index.js';
import { stateOf } from './state.js';

/** @throws CallbackRefused `callback-malformed` */
export function readReceipts(config: SinchConfig, request: CallbackRequest): Receipt[] {
  const report = bodyOf(request);
  if (asText(report.type) !== 'recipient_delivery_report_sms') return [];
  const state = stateOf(report, config.goneErrors);
  if (state === undefined) throw malformed('the report has no status that Sinch documents');
  const receipt: Receipt = { ...state };
  const alertId = asText(report.client_reference);
  const providerId = asText(report.batch_id);
  if (alertId !== undefined) receipt.alertId = alertId;
  if (providerId !== undefined) receipt.providerId = providerId;
  return [receipt];
}

/** @throws CallbackRefused `callback-malformed` */
export function readInbound(request: CallbackRequest): InboundMessage[] {
  const message = bodyOf(request);
  if (asText(message.type) !== 'mo_text') return [];
  const from = toE164(asText(message.from));
  const to = asText(message.to);
  const text = typeof message.body === 'string' ? message.body : undefined;
  if (from === undefined || to === undefined || text === undefined)
    throw malformed('the message lacks a sender, a recipient or a text');
  const providerId = asText(message.id);
  return [providerId === undefined ? { from, to, text } : { providerId, from, to, text }];
}

function bodyOf(request: CallbackRequest): JsonObject {
  const body = parseJsonObject(request.body);
  if (asText(body?.type) === undefined) throw malformed('the callback is not a typed JSON object');
  return body as JsonObject;
}
