/**
 * Vonage signs callbacks in one of two ways, and only the configured one counts: what a caller presents must not choose how it is judged.
 * `sig`: an HMAC over `&name=value` of every other field in the order of the names, with `&` and `=` in values as `_`
 * (https://developer.vonage.com/getting-started/concepts/signing-messages). A JSON Web Token: HS256, with the SHA-256 of the body in it
 * (https://developer.vonage.com/messages/concepts/signed-webhooks).
 */
import { createHash, createHmac } from 'node:crypto';
import type { CallbackRequest } from '../../../src/contracts/adapter.js';
import { malformed, proofHeader, requireFresh, sameSecret, singleValues, unverified } from '../shared/callback.js';
import { parseJsonObject } from '../shared/json.js';
import type { VonageConfig } from './index.js';

/** Vonage tries to call back for 24 hours, and whether it signs each try anew is not documented. */
export const TOLERANCE_MS = 25 * 3_600_000;

/**
 * The fields of a callback that is genuine.
 * @throws CallbackRefused `callback-unverified`, or `callback-malformed` for what has no fields that could be verified
 */
export function verifiedFields(
  { apiKey, signatureSecret = '', signatureMethod = 'sha256' }: VonageConfig,
  request: CallbackRequest,
  now: number,
): ReadonlyMap<string, string> {
  if (signatureMethod === 'jwt') verifyToken(request, { apiKey, secret: signatureSecret, now });
  const fields = fieldsOf(request);
  if (signatureMethod !== 'jwt') verifySig(fields, { method: signatureMethod, secret: signatureSecret, now });
  const account = fields.get('api-key');
  if (account !== undefined && account !== apiKey) throw unverified('the callback is of another account');
  return fields;
}

function verifySig(fields: Map<string, string>, how: { method: string; secret: string; now: number }): void {
  const given = fields.get('sig');
  if (!given) throw unverified('the field sig is missing');
  const names = [...fields.keys()].filter((name) => name !== 'sig').sort();
  // A name with `&` or `=` in it could stand for two fields of the signed text, or for half of one.
  if (!names.every((name) => /^[\w-]+$/.test(name))) throw unverified('a field has a name that none of Vonage has');
  const text = names.map((name) => `&${name}=${fields.get(name)?.replace(/[&=]/g, '_')}`).join('');
  const expected = createHmac(how.method, how.secret).update(text).digest('hex');
  // Upper-case digits from one part of Vonage, lower-case from another.
  if (!sameSecret(given.toLowerCase(), expected)) throw unverified('the signature does not fit the fields');
  const timestamp = fields.get('timestamp') ?? '';
  requireFresh(/^\d{1,12}$/.test(timestamp) ? Number(timestamp) * 1000 : Number.NaN, how.now, TOLERANCE_MS);
}

function verifyToken(request: CallbackRequest, how: { apiKey: string; secret: string; now: number }): void {
  const token = /^Bearer ([\w-]+)\.([\w-]+)\.([\w-]+)$/.exec(proofHeader(request, 'authorization'));
  if (token === null) throw unverified('the Authorization header holds no token');
  const [, head = '', payload = '', signature = ''] = token;
  const expected = createHmac('sha256', how.secret).update(`${head}.${payload}`).digest('base64url');
  const header = parseJsonObject(Buffer.from(head, 'base64url'));
  if (header?.alg !== 'HS256' || !sameSecret(signature, expected)) throw unverified('the token is not signed so');
  const claims = parseJsonObject(Buffer.from(payload, 'base64url'));
  if (claims?.api_key !== how.apiKey) throw unverified('the token is of another account');
  const bodyHash = createHash('sha256').update(request.body).digest('hex');
  if (typeof claims.payload_hash !== 'string' || !sameSecret(claims.payload_hash.toLowerCase(), bodyHash))
    throw unverified('the token is of another body');
  requireFresh(typeof claims.iat === 'number' ? claims.iat * 1000 : Number.NaN, how.now, TOLERANCE_MS);
}

/** A POST with a form, or with a JSON object of texts. Vonage can also be told to use GET, which would put texts into addresses. */
function fieldsOf(request: CallbackRequest): Map<string, string> {
  if (request.method !== 'POST') throw malformed('only POST is taken');
  const text = request.body.toString('utf8');
  if (!text.trimStart().startsWith('{')) return singleValues(new URLSearchParams(text));
  const fields = new Map<string, string>();
  for (const [name, value] of Object.entries(parseJsonObject(text) ?? {})) {
    if (!['string', 'number', 'boolean'].includes(typeof value)) throw malformed('a field holds more than a text');
    fields.set(name, String(value));
  }
  return fields;
}
