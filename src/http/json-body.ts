/**
 * A management request's JSON body. It is read and parsed here, whatever the host does; where the host's own parser came
 * first, what it made is taken, since nothing here is signed.
 */
import type { IncomingMessage } from 'node:http';
import secureJson from 'secure-json-parse';
import { contentTypeOf, isJson, parseJson } from './cloud-event-request.js';
import { readBody } from './read-body.js';
import { RequestRefused } from './request-refused.js';

const LIMIT = 1_048_576;
const EXPECTED = 'The body is JSON: send it as Content-Type: application/json.';

/**
 * Nulls are left out: optional and null are the same.
 * @throws RequestRefused
 */
export async function readJsonBody(req: IncomingMessage & { body?: unknown }, limitBytes: number): Promise<unknown> {
  if (!isJson(jsonTypeOf(req))) throw new RequestRefused('content-type-unsupported', EXPECTED);
  const parsed = req.body;
  if (typeof parsed === 'object' && parsed !== null && !Buffer.isBuffer(parsed)) return withoutNulls(scanned(parsed));
  return withoutNulls(parseJson(await readBody(req, Math.min(limitBytes, LIMIT))));
}

function jsonTypeOf(req: IncomingMessage): string {
  if (req.headers['content-type'] === undefined) throw new RequestRefused('content-type-unsupported', EXPECTED);
  return contentTypeOf(req.headers);
}

function scanned(parsed: object): object {
  try {
    return secureJson.scan(parsed as Record<string, unknown>, { protoAction: 'error', constructorAction: 'error' });
  } catch (error) {
    throw new RequestRefused('forbidden-key', undefined, error);
  }
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([, inner]) => inner !== null);
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutNulls(inner)]));
}
