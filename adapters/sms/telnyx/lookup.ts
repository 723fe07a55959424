/** Telnyx can be asked by its own id only. A message whose answer was lost has none here: that stays `unclear`. */
import type { AdapterTools, LookupOutcome, LookupRequest } from '../../../src/contracts/adapter.js';
import { asObject, asText, parseJsonObject } from '../shared/json.js';
import { codeOf } from '../shared/outcome.js';
import type { TelnyxConfig } from './index.js';
import { apiRequest } from './request.js';
import { errorOf, recipientOf, stateOf } from './state.js';

export async function lookUp(
  config: TelnyxConfig,
  { providerId }: LookupRequest,
  tools: AdapterTools,
): Promise<LookupOutcome> {
  if (providerId === undefined) return unclear('no-id');
  const result = await tools.http(apiRequest(config, 'GET', `/messages/${encodeURIComponent(providerId)}`));
  if (result.kind !== 'response') return unclear(result.code);
  if (result.status !== 200) return unclear(String(result.status));
  const message = asObject(parseJsonObject(result.body)?.data);
  const status = message && asText(recipientOf(message)?.status);
  const state = stateOf(status);
  if (message === undefined || state === undefined) return unclear('unreadable');
  return { status: 'found', state, providerId, code: codeOf(errorOf(message) ?? status) };
}

function unclear(what: string): LookupOutcome {
  return { status: 'unclear', code: `telnyx-lookup-${what}` };
}
