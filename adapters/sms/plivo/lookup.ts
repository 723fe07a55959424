/** Plivo can be asked by its own id only. A message whose answer was lost has none here: that stays `unclear`. */
import type { AdapterTools, LookupOutcome, LookupRequest } from '../../../src/contracts/adapter.js';
import { asText, parseJsonObject } from '../shared/json.js';
import type { PlivoConfig } from './index.js';
import { apiRequest } from './request.js';
import { stateOf } from './state.js';

export async function lookUp(
  config: PlivoConfig,
  { providerId }: LookupRequest,
  tools: AdapterTools,
): Promise<LookupOutcome> {
  if (providerId === undefined) return unclear('no-id');
  const result = await tools.http(apiRequest(config, 'GET', `${encodeURIComponent(providerId)}/`));
  if (result.kind !== 'response') return unclear(result.code);
  if (result.status !== 200) return unclear(String(result.status));
  const message = parseJsonObject(result.body);
  const state = stateOf(asText(message?.message_state), asText(message?.error_code));
  return state === undefined ? unclear('unreadable') : { status: 'found', providerId, ...state };
}

function unclear(what: string): LookupOutcome {
  return { status: 'unclear', code: `plivo-lookup-${what}` };
}
