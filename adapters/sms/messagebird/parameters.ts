/** The parameters of a callback: in the address of a GET, in the form or the JSON document of a POST, as it was set up. */
import type { CallbackRequest } from '../../../src/contracts/adapter.js';
import { formOf, malformed, singleValues } from '../shared/callback.js';
import { asText, parseJsonObject } from '../shared/json.js';

export type Parameters = (name: string) => string | undefined;

/** @throws CallbackRefused `callback-malformed` */
export function parametersOf(request: CallbackRequest): Parameters {
  if (request.method !== 'POST' || request.body.length === 0) return from(singleValues(request.query));
  if (!String(request.headers['content-type']).startsWith('application/json')) return from(formOf(request));
  const document = parseJsonObject(request.body);
  if (document === undefined) throw malformed('the body is no JSON object');
  return (name) => asText(document[name]);
}

function from(values: Map<string, string>): Parameters {
  return (name) => values.get(name) || undefined;
}
