/**
 * Asks what became of a message: by its id where that is known, else in the list of what went to the number since it was sent.
 * The list cannot be asked for a reference, but shows it. MessageBird does not say how soon a message shows in its list, so one
 * that is not there proves nothing: it is `unclear`, never `absent`.
 */
import type { AdapterTools, HttpResult, LookupOutcome, LookupRequest } from '../../../src/contracts/adapter.js';
import { withoutPlus } from '../shared/address.js';
import { asArray, asObject, asText, type JsonObject, parseJsonObject } from '../shared/json.js';
import { firstRecipient, messageId, refusalOf } from './answer.js';
import type { MessageBirdConfig } from './index.js';
import { apiAddress, apiHeaders } from './request.js';
import { messageState } from './state.js';

/** For two clocks that differ. */
const EARLIER_MS = 300_000;

export async function lookupMessage(
  config: MessageBirdConfig,
  wanted: LookupRequest,
  tools: AdapterTools,
): Promise<LookupOutcome> {
  const ask = (path: string) =>
    tools.http({
      method: 'GET',
      url: apiAddress(config, path),
      headers: apiHeaders(config),
      timeoutMs: config.timeoutMs,
    });
  if (wanted.providerId !== undefined) return readOne(await ask(`/messages/${encodeURIComponent(wanted.providerId)}`));
  return readList(await ask(`/messages?${listQuery(wanted)}`), wanted);
}

function listQuery({ to, sentAt }: LookupRequest): URLSearchParams {
  const from = new Date(sentAt - EARLIER_MS).toISOString().replace(/\.\d+Z$/, '+00:00');
  return new URLSearchParams({ direction: 'mt', recipient: withoutPlus(to), from, limit: '20' });
}

function readOne(result: HttpResult): LookupOutcome {
  const message = documentOf(result);
  return typeof message === 'string' ? unclear(message) : found(message);
}

function readList(result: HttpResult, { alertId }: LookupRequest): LookupOutcome {
  const list = documentOf(result);
  if (typeof list === 'string') return unclear(list);
  const items = asArray(list.items);
  if (items === undefined) return unclear('unreadable');
  const ours = items.map(asObject).find((item) => item?.reference === alertId);
  return ours === undefined ? unclear('not-found') : found(ours);
}

function found(message: JsonObject): LookupOutcome {
  const recipient = firstRecipient(message);
  const state = messageState(
    asText(recipient?.status),
    asText(recipient?.statusErrorCode),
    asText(recipient?.statusReason),
  );
  const providerId = messageId(message);
  if (state === undefined || providerId === undefined) return unclear('unreadable');
  return { status: 'found', state: state.state, providerId, code: state.code };
}

/** The answer's document, or the word for why there is none. */
function documentOf(result: HttpResult): JsonObject | string {
  if (result.kind !== 'response') return result.code;
  if (result.status === 200) return parseJsonObject(result.body) ?? 'unreadable';
  return result.status >= 400 && result.status < 500 ? refusalOf(result) : `${result.status}-unreadable`;
}

function unclear(word: string): LookupOutcome {
  return { status: 'unclear', code: `messagebird-lookup-${word}` };
}
