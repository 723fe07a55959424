/** Asks Messente for the state of an omnimessage. It takes no reference of ours, so a message whose id is not known cannot be asked for. */
import type { AdapterTools, LookupOutcome, LookupRequest } from '../../../src/contracts/adapter.js';
import { asArray, asObject, parseJsonObject } from '../shared/json.js';
import type { MessenteConfig } from './index.js';
import { readRequest } from './request.js';
import { stateOf, UUID } from './states.js';

/** Never throws, and never says `absent`: an id that Messente gave is of a message that it took, even where it no longer tells of it. */
export async function lookUp(
  config: MessenteConfig,
  http: AdapterTools['http'],
  { providerId }: LookupRequest,
): Promise<LookupOutcome> {
  if (providerId === undefined || !UUID.test(providerId)) return unclear('no-id');
  const result = await http(readRequest(config, `omnimessage/${providerId}/status`));
  if (result.kind !== 'response') return unclear(result.code);
  if (result.status !== 200) return unclear(`${result.status}`);
  const answer = parseJsonObject(result.body);
  const sms = asArray(answer?.statuses)
    ?.map(asObject)
    .find((status) => status?.channel === 'sms');
  const state = sms === undefined ? undefined : stateOf(sms);
  if (answer?.omnimessage_id !== providerId || state === undefined) return unclear('unreadable');
  return { status: 'found', state: state.state, providerId, code: state.code };
}

function unclear(code: string): LookupOutcome {
  return { status: 'unclear', code: `messente-${code}` };
}
