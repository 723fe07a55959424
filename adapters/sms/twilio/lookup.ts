/**
 * Asks Twilio about a message. With its id, by that. Without, there is no reference of our own to ask by: of the messages to this
 * number, the one with this text that Twilio made when the request left is taken, if there is exactly one. One with another text
 * may be a neighbour's, or ours where an account changes texts (a trial puts words in front): then nothing is decided.
 */
import type { AdapterTools, LookupOutcome, LookupRequest } from '../../../src/contracts/adapter.js';
import { asArray, asObject, asText, type JsonObject, parseJsonObject } from '../shared/json.js';
import { MESSAGE_SID } from './answer.js';
import type { TwilioConfig } from './index.js';
import { readRequest } from './request.js';
import { stateOf } from './states.js';

/** Twilio tells times in whole seconds, and its clock is not ours. */
const BEFORE_MS = 5_000;
/** A request that took longer was given up, by the core or by our own limit. */
const AFTER_MS = 15_000;
/** Newest first. Few enough that they fit into what is read of an answer. */
const PAGE_SIZE = 20;

/** Never throws. */
export async function lookUp(
  config: TwilioConfig,
  tools: Pick<AdapterTools, 'http' | 'now'>,
  request: LookupRequest,
): Promise<LookupOutcome> {
  const { providerId } = request;
  const path = providerId === undefined ? listPath(config, request) : `Messages/${encodeURIComponent(providerId)}.json`;
  const result = await tools.http(readRequest(config, path));
  if (result.kind !== 'response') return unclear(result.code);
  if (result.status !== 200) return unclear(`${result.status}`);
  const answer = parseJsonObject(result.body);
  if (answer === undefined) return unclear('unreadable');
  return providerId === undefined ? pick(config, request, answer, tools.now()) : found(answer);
}

/** Epoch milliseconds between which Twilio can have made the message. */
function window({ timeoutMs = 0 }: TwilioConfig, { sentAt }: LookupRequest): [number, number] {
  return [sentAt - BEFORE_MS, sentAt + timeoutMs + AFTER_MS];
}

function listPath({ messagingServiceSid }: TwilioConfig, { to, from }: LookupRequest): string {
  const query = new URLSearchParams({ To: to, PageSize: String(PAGE_SIZE) });
  if (messagingServiceSid === undefined) query.set('From', from);
  return `Messages.json?${query}`;
}

function pick(config: TwilioConfig, request: LookupRequest, answer: JsonObject, now: number): LookupOutcome {
  const messages = asArray(answer.messages)?.map(asObject);
  const made = messages?.map((message) => Date.parse(asText(message?.date_created) ?? ''));
  if (messages === undefined || made?.some(Number.isNaN)) return unclear('unreadable');
  const near = messages.filter((message, at) => isNear(config, request, message as JsonObject, made?.[at] as number));
  const fits = near.filter((message) => request.text !== undefined && message?.body === request.text);
  if (fits.length === 1) return found(fits[0] as JsonObject);
  if (fits.length > 1) return unclear('several');
  if (near.length > 0) return unclear('another-text');
  // Only what is listed to its end, and was asked for when nothing can be under way any more, proves that there is none.
  const complete = messages.length < PAGE_SIZE && (answer.next_page_uri ?? null) === null && 'next_page_uri' in answer;
  if (!complete || now <= window(config, request)[1]) return unclear('not-found');
  return { status: 'absent' };
}

/** Made for this number, in the way in which we send, when the request left. */
function isNear(config: TwilioConfig, request: LookupRequest, message: JsonObject, made: number): boolean {
  const service = asText(message.messaging_service_sid);
  const [first, last] = window(config, request);
  return (
    message.direction === 'outbound-api' &&
    message.to === request.to &&
    service === config.messagingServiceSid &&
    made >= first &&
    made <= last
  );
}

function found(message: JsonObject): LookupOutcome {
  const sid = asText(message.sid);
  const state = stateOf(asText(message.status), asText(message.error_code));
  if (state === undefined || sid === undefined || !MESSAGE_SID.test(sid)) return unclear('unreadable');
  return { status: 'found', state: state.state, providerId: sid, code: state.code };
}

function unclear(code: string): LookupOutcome {
  return { status: 'unclear', code: `twilio-${code}` };
}
