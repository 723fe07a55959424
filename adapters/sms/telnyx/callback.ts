/** Reads Telnyx's webhooks. A profile sends every kind to one address, so what is not asked for is passed over, not refused. */
import type { AdapterTools, CallbackRequest, InboundMessage, Receipt } from '../../../src/contracts/adapter.js';
import { toE164 } from '../shared/address.js';
import { malformed, sameSecret } from '../shared/callback.js';
import { asArray, asObject, asText, type JsonObject, parseJsonObject } from '../shared/json.js';
import { codeOf } from '../shared/outcome.js';
import type { TelnyxConfig } from './index.js';
import { errorOf, recipientOf, stateOf } from './state.js';

/** A landline, or a number that no operator routes. */
const GONE: readonly string[] = ['40001'];

/** @throws CallbackRefused `callback-malformed` */
export function readReceipts(config: TelnyxConfig, request: CallbackRequest, tools: AdapterTools): Receipt[] {
  const { type, payload } = eventOf(request);
  if (type !== 'message.sent' && type !== 'message.finalized') return [];
  const providerId = asText(payload.id);
  const status = asText(recipientOf(payload)?.status);
  const state = stateOf(status);
  if (providerId === undefined || status === undefined || state === undefined)
    throw malformed('the event lacks an id, or has a status that is not documented');
  const error = state === 'delivered' || state === 'accepted' ? undefined : errorOf(payload);
  const receipt: Receipt = { providerId, state, code: codeOf(error ?? status) ?? 'unknown' };
  const alertId = ownAlert(payload, tools);
  if (alertId !== undefined) receipt.alertId = alertId;
  if (state === 'failed' && error !== undefined && (config.goneErrors ?? GONE).includes(error))
    receipt.numberGone = true;
  return [receipt];
}

/**
 * The signed body repeats the address that we asked the receipt to be sent to. It counts only where it is, letter by letter, the
 * one made here for that alert: the address of the request itself is not signed, and might be another message's.
 */
function ownAlert(payload: JsonObject, tools: AdapterTools): string | undefined {
  const address = asText(payload.webhook_url);
  if (address === undefined || !URL.canParse(address)) return undefined;
  const alertId = new URL(address).searchParams.get('alert');
  const made = alertId ? tools.receiptUrl(alertId) : undefined;
  return alertId && made !== undefined && sameSecret(address, made) ? alertId : undefined;
}

/** @throws CallbackRefused `callback-malformed` */
export function readInbound(request: CallbackRequest): InboundMessage[] {
  const { type, payload } = eventOf(request);
  if (type !== 'message.received') return [];
  const from = toE164(asText(asObject(payload.from)?.phone_number));
  const to = asText(asObject(asArray(payload.to)?.[0])?.phone_number);
  const text = typeof payload.text === 'string' ? payload.text : undefined;
  if (from === undefined || to === undefined || text === undefined)
    throw malformed('the message lacks a sender, a recipient or a text');
  const providerId = asText(payload.id);
  return [providerId === undefined ? { from, to, text } : { providerId, from, to, text }];
}

function eventOf(request: CallbackRequest): { type: string; payload: JsonObject } {
  const event = asObject(parseJsonObject(request.body)?.data);
  const type = asText(event?.event_type);
  const payload = asObject(event?.payload);
  if (type === undefined || payload === undefined) throw malformed('the webhook is not an event with a payload');
  return { type, payload };
}
