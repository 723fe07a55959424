/**
 * Asks Infobip's logs about a message; they keep 48 hours. Not its reports: they are given out once. Infobip does not say how
 * soon a message shows, so an empty log proves nothing: it is `unclear`, never `absent`.
 */
import type { AdapterTools, LookupOutcome, LookupRequest } from '../../../src/contracts/adapter.js';
import { asArray, asObject, asText, parseJsonObject } from '../shared/json.js';
import type { InfobipConfig } from './index.js';
import { apiRequest } from './request.js';
import { stateOf } from './state.js';

export async function lookUp(
  config: InfobipConfig,
  request: LookupRequest,
  tools: AdapterTools,
): Promise<LookupOutcome> {
  // our own id is the message's id at Infobip as well
  const id = request.providerId ?? request.alertId;
  const query = new URLSearchParams({ messageId: id, limit: '10' });
  const result = await tools.http(apiRequest(config, 'GET', `/sms/3/logs?${query}`));
  if (result.kind !== 'response') return unclear(result.code);
  if (result.status !== 200) return unclear(String(result.status));
  const logs = asArray(parseJsonObject(result.body)?.results)?.map(asObject);
  if (logs === undefined) return unclear('unreadable');
  const log = logs.find((one) => asText(one?.messageId) === id);
  if (log === undefined) return unclear('not-found');
  const { state, code } = stateOf(log);
  return { status: 'found', state, code, providerId: id };
}

function unclear(what: string): LookupOutcome {
  return { status: 'unclear', code: `infobip-lookup-${what}` };
}
