/** Reads what Infobip POSTs: up to 100 reports a call (more where the account says so), or messages that people sent to the bank. */
import type { CallbackRequest, InboundMessage, Receipt } from '../../../src/contracts/adapter.js';
import { toE164 } from '../shared/address.js';
import { malformed } from '../shared/callback.js';
import { asArray, asObject, asText, type JsonObject, parseJsonObject } from '../shared/json.js';
import type { InfobipConfig } from './index.js';
import { stateOf } from './state.js';

/** @throws CallbackRefused `callback-malformed` */
export function readReceipts(config: InfobipConfig, request: CallbackRequest): Receipt[] {
  return resultsOf(request).map((result) => readReceipt(config, result));
}

function readReceipt(config: InfobipConfig, result: JsonObject): Receipt {
  const providerId = asText(result.messageId);
  if (providerId === undefined || asObject(result.status) === undefined)
    throw malformed('a report lacks an id or a status');
  return { alertId: asText(result.callbackData) ?? providerId, providerId, ...stateOf(result, config.goneErrors) };
}

/** @throws CallbackRefused `callback-malformed` */
export function readInbound(request: CallbackRequest): InboundMessage[] {
  return resultsOf(request).map((result) => {
    const from = toE164(asText(result.from));
    const to = asText(result.to);
    // `cleanText` lacks the keyword that Infobip took out: STOP itself would be gone
    const text = typeof result.text === 'string' ? result.text : undefined;
    if (from === undefined || to === undefined || text === undefined)
      throw malformed('a message lacks a sender, a recipient or a text');
    const providerId = asText(result.messageId);
    return providerId === undefined ? { from, to, text } : { providerId, from, to, text };
  });
}

function resultsOf(request: CallbackRequest): JsonObject[] {
  const results = asArray(parseJsonObject(request.body)?.results)?.map(asObject);
  if (results === undefined) throw malformed('the callback has no list of results');
  if (results.includes(undefined)) throw malformed('a result is not an object');
  return results as JsonObject[];
}
