/**
 * Asks the Reports API for the records of a message: by its id, or, where no answer came, among those of the minute in which the
 * request left, by our own reference.
 */
import type { AdapterTools, HttpRequest, LookupOutcome, LookupRequest } from '../../../src/contracts/adapter.js';
import { addressOf } from '../shared/address.js';
import { basicAuthorization } from '../shared/authorization.js';
import { asArray, asObject, asText, type JsonObject, parseJsonObject } from '../shared/json.js';
import { MESSAGE_ID } from './answer.js';
import type { VonageConfig } from './index.js';
import { stateOf, type VonageState } from './states.js';

const AROUND_MS = 60_000;

/** Never throws, and never says `absent`: Vonage does not say how soon a message is in the records. */
export async function lookUp(
  config: VonageConfig,
  reportsUrl: string,
  http: AdapterTools['http'],
  request: LookupRequest,
): Promise<LookupOutcome> {
  const result = await http(recordsRequest(config, reportsUrl, request));
  if (result.kind !== 'response') return unclear(result.code);
  if (result.status !== 200) return unclear(`${result.status}`);
  const records = asArray(parseJsonObject(result.body)?.records)?.map(asObject);
  if (records === undefined) return unclear('unreadable');
  const ours = records.filter((record): record is JsonObject => isOurs(request, record));
  return ours.length === 0 ? unclear('not-found') : found(request, ours);
}

function recordsRequest(config: VonageConfig, reportsUrl: string, request: LookupRequest): HttpRequest {
  const query = new URLSearchParams({ account_id: config.apiKey, product: 'SMS', direction: 'outbound' });
  if (request.providerId !== undefined) query.set('id', request.providerId);
  else {
    query.set('date_start', new Date(request.sentAt - AROUND_MS).toISOString());
    query.set('date_end', new Date(request.sentAt + AROUND_MS).toISOString());
  }
  return {
    method: 'GET',
    url: addressOf(reportsUrl, `/v2/reports/records?${query}`),
    headers: { accept: 'application/json', authorization: basicAuthorization(config.apiKey, config.apiSecret) },
    timeoutMs: config.timeoutMs,
  };
}

function isOurs({ alertId, providerId }: LookupRequest, record: JsonObject | undefined): boolean {
  if (providerId !== undefined) return asText(record?.message_id) === providerId;
  return asText(record?.client_ref) === alertId && MESSAGE_ID.test(asText(record?.message_id) ?? '');
}

/** A long message has a record for each part: it is delivered when all are, and failed when one is. */
function found(request: LookupRequest, records: readonly JsonObject[]): LookupOutcome {
  const states = records.map((record) => stateOf(asText(record.status), asText(record.error_code)));
  if (states.some((state) => state === undefined)) return unclear('unreadable');
  const worst = ['failed', 'unknown', 'accepted', 'delivered']
    .map((state) => states.find((one) => one?.state === state))
    .find((one) => one !== undefined) as VonageState;
  const providerId = request.providerId ?? asText(records[0]?.message_id);
  return { status: 'found', state: worst.state, providerId, code: worst.code };
}

function unclear(code: string): LookupOutcome {
  return { status: 'unclear', code: `vonage-${code}` };
}
