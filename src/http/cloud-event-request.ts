/** An HTTP request with CloudEvents 1.0, structured, batch or binary, becomes a list of what may be events. Nothing here trusts their content. */
import { isUtf8 } from 'node:buffer';
import secureJson from 'secure-json-parse';
import { decodeHeader } from './decode-header.js';
import { jsonErrorOffset, placeOf } from './json-error-position.js';
import { RequestRefused } from './request-refused.js';

export type RequestHeaders = Record<string, string | string[] | undefined>;

export interface CloudEventRequest {
  mode: 'structured' | 'batch' | 'binary';
  events: unknown[];
}

export const DEFAULT_BATCH_LIMIT = 1_000;

/**
 * Reads the request as its content type says; plain application/json is a batch if it is a list, binary if there are
 * `ce-*` headers, else structured. In a batch, an item with a forbidden key is left for `parseEvent` to refuse, so that it
 * does not take the others with it.
 * @param headers as Node gives them: lower-case names
 * @throws RequestRefused `content-type-unsupported`, `body-not-utf8`, `json-malformed`, `forbidden-key`, `header-malformed`, `batch-malformed`, `batch-too-large`
 */
export function parseCloudEventRequest(
  headers: RequestHeaders,
  body: Buffer,
  batchLimit: number = DEFAULT_BATCH_LIMIT,
): CloudEventRequest {
  const contentType = contentTypeOf(headers);
  switch (contentType) {
    case 'application/cloudevents+json':
      return { mode: 'structured', events: [single(parseJson(body))] };
    case 'application/cloudevents-batch+json':
      return batch(parseJson(body), batchLimit);
  }
  if (headers['ce-specversion'] !== undefined) {
    if (!isJson(contentType)) throw new RequestRefused('content-type-unsupported');
    return { mode: 'binary', events: [binaryEvent(headers, contentType, body)] };
  }
  if (contentType !== 'application/json') throw new RequestRefused('content-type-unsupported');
  const value = parseJson(body);
  return Array.isArray(value) ? batch(value, batchLimit) : { mode: 'structured', events: [single(value)] };
}

function batch(value: unknown, limit: number): CloudEventRequest {
  if (!Array.isArray(value)) throw new RequestRefused('batch-malformed');
  if (value.length > limit) throw new RequestRefused('batch-too-large', `A batch may hold ${limit} events.`);
  return { mode: 'batch', events: value };
}

function single(value: unknown): unknown {
  if (Array.isArray(value)) {
    throw new RequestRefused(
      'batch-malformed',
      'A list of events needs the content type application/cloudevents-batch+json.',
    );
  }
  return value;
}

const ATTRIBUTE = /^ce-([a-z0-9]+)$/;

/** Attributes from `ce-*` headers, data from the body (CloudEvents HTTP binding 3.1). */
function binaryEvent(headers: RequestHeaders, contentType: string, body: Buffer): Record<string, unknown> {
  const event: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(headers)) {
    const attribute = ATTRIBUTE.exec(name)?.[1];
    if (attribute === undefined || value === undefined || attribute === 'data') continue;
    if (typeof value !== 'string') throw new RequestRefused('header-malformed', `The header ${name} was sent twice.`);
    event[attribute] = decodeHeader(name, value);
  }
  event.datacontenttype = contentType;
  if (body.length > 0) event.data = parseJson(body);
  return event;
}

export function contentTypeOf(headers: RequestHeaders): string {
  const header = headers['content-type'];
  if (typeof header !== 'string') throw new RequestRefused('content-type-unsupported');
  const [type = '', ...parameters] = header.split(';').map((part) => part.trim().toLowerCase());
  const charset = parameters.find((parameter) => parameter.startsWith('charset='));
  if (charset !== undefined && !/^charset="?utf-?8"?$/.test(charset)) {
    throw new RequestRefused('content-type-unsupported', 'Bodies are UTF-8; another charset was named.');
  }
  return type;
}

export function isJson(contentType: string): boolean {
  return contentType === 'application/json' || contentType === 'text/json' || contentType.endsWith('+json');
}

export function parseJson(body: Buffer): unknown {
  if (!isUtf8(body)) throw new RequestRefused('body-not-utf8');
  const text = body.toString('utf8').replace(/^\ufeff/, '');
  try {
    if (isHarmless(text)) return JSON.parse(text);
    return secureJson.parse(text, undefined, { protoAction: 'error', constructorAction: 'error' });
  } catch (error) {
    return afterFailure(text, error);
  }
}

/** Nothing in it that the library would look at more closely: neither word as it is, nor an escape that may spell it. */
function isHarmless(text: string): boolean {
  return (
    !text.includes('\\') && !text.includes('__proto__') && !text.includes('constructor') && !text.startsWith('\ufeff')
  );
}

/** The library throws a SyntaxError both for broken JSON and for a forbidden key; only broken JSON fails a second time. */
function afterFailure(text: string, error: unknown): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    const place = placeOf(text, jsonErrorOffset(text));
    // The cause is left out: its message quotes the body.
    throw new RequestRefused('json-malformed', `The body is not JSON: it breaks at ${place}.`);
  }
  if (Array.isArray(value)) return value;
  throw new RequestRefused('forbidden-key', undefined, error);
}
