/**
 * Asks Sinch about a message: by the batch's id where it is known, otherwise by our own reference. Sinch does not say how soon a
 * batch shows in its list, so an empty list proves nothing: it is `unclear`, never `absent`.
 */
import type { AdapterTools, HttpResult, LookupOutcome, LookupRequest } from '../../../src/contracts/adapter.js';
import { asArray, asObject, asText, type JsonObject, parseJsonObject } from '../shared/json.js';
import type { SinchConfig } from './index.js';
import { apiRequest } from './request.js';
import { stateOf } from './state.js';

/** Their clock and ours may differ. */
const CLOCK_SLACK_MS = 60_000;

export async function lookUp(config: SinchConfig, request: LookupRequest, tools: AdapterTools): Promise<LookupOutcome> {
  const batch = request.providerId ?? (await findBatch(config, request, tools));
  return typeof batch === 'string' ? readBatch(config, batch, request.to, tools) : batch;
}

async function findBatch(
  config: SinchConfig,
  { alertId, sentAt }: LookupRequest,
  tools: AdapterTools,
): Promise<string | LookupOutcome> {
  const query = new URLSearchParams({
    client_reference: alertId,
    start_date: new Date(sentAt - CLOCK_SLACK_MS).toISOString(),
    page_size: '1',
  });
  const answer = jsonOf(await tools.http(apiRequest(config, 'GET', `/batches?${query}`)));
  if ('status' in answer) return answer;
  const batches = asArray(answer.json.batches);
  if (batches === undefined) return unclear('unreadable');
  const batch = batches.map(asObject).find((one) => asText(one?.client_reference) === alertId);
  return asText(batch?.id) ?? unclear('not-found');
}

async function readBatch(config: SinchConfig, id: string, to: string, tools: AdapterTools): Promise<LookupOutcome> {
  const path = `/batches/${encodeURIComponent(id)}/delivery_report/${encodeURIComponent(to)}`;
  const result = await tools.http(apiRequest(config, 'GET', path));
  // the batch is theirs, and there is nothing to report of it yet
  if (result.kind === 'response' && result.status === 404)
    return { status: 'found', state: 'accepted', providerId: id };
  const answer = jsonOf(result);
  if ('status' in answer) return answer;
  const state = stateOf(answer.json);
  return state === undefined
    ? unclear('unreadable')
    : { status: 'found', state: state.state, code: state.code, providerId: id };
}

function jsonOf(result: HttpResult): { json: JsonObject } | LookupOutcome {
  if (result.kind !== 'response') return unclear(result.code);
  const json = parseJsonObject(result.body);
  if (result.status !== 200) return unclear(String(result.status));
  return json === undefined ? unclear('unreadable') : { json };
}

function unclear(what: string): LookupOutcome {
  return { status: 'unclear', code: `sinch-lookup-${what}` };
}
