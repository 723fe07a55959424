/**
 * Verifies `MessageBird-Signature-JWT`: a JWT (RFC 7519) signed with the account's signing key, whose claims hold the SHA-256 of
 * the address as it was called and of the body. What is accepted is what MessageBird's own validators accept.
 */
import { createHash, createHmac } from 'node:crypto';
import type { CallbackRequest } from '../../../src/contracts/adapter.js';
import { proofHeader, sameSecret, unverified } from '../shared/callback.js';
import { type JsonObject, parseJsonObject } from '../shared/json.js';

const HEADER = 'messagebird-signature-jwt';
/** Symmetric ones alone: with `none`, or with a key that the token brings along, anybody could sign. */
const ALGORITHMS = new Map([
  ['HS256', 'sha256'],
  ['HS384', 'sha384'],
  ['HS512', 'sha512'],
]);
const LEEWAY_MS = 5_000;

/** @throws CallbackRefused `callback-unverified` */
export function verifySignature(request: CallbackRequest, signingKey: string, now: number): void {
  const claims = signedClaims(proofHeader(request, HEADER), signingKey);
  if (claims.iss !== 'MessageBird' || typeof claims.jti !== 'string')
    throw unverified('the token is not of MessageBird');
  if (!isTimely(claims, now)) throw unverified('the token is not yet or no longer valid');
  if (!holds(claims.url_hash, request.publicUrl)) throw unverified('the token is of another address');
  const bare = request.body.length === 0 && claims.payload_hash === undefined;
  if (!bare && !holds(claims.payload_hash, request.body)) throw unverified('the token is of another body');
}

function signedClaims(token: string, signingKey: string): JsonObject {
  const [header, payload, signature, ...more] = token.split('.');
  if (!header || !payload || !signature || more.length > 0) throw unverified('the token is not of three parts');
  const algorithm = ALGORITHMS.get(String(decoded(header)?.alg));
  if (algorithm === undefined) throw unverified('the token is not signed with HMAC');
  const expected = createHmac(algorithm, signingKey).update(`${header}.${payload}`).digest('base64url');
  const claims = decoded(payload);
  if (!sameSecret(signature, expected) || claims === undefined)
    throw unverified('the token is not signed with our key');
  return claims;
}

function decoded(part: string): JsonObject | undefined {
  return parseJsonObject(Buffer.from(part, 'base64url'));
}

/** `exp` must be there; `nbf` may be. Both are seconds. */
function isTimely({ nbf, exp }: JsonObject, now: number): boolean {
  const from = nbf === undefined ? 0 : nbf;
  if (typeof from !== 'number' || typeof exp !== 'number') return false;
  return from * 1_000 <= now + LEEWAY_MS && now - LEEWAY_MS < exp * 1_000;
}

function holds(claim: unknown, value: string | Buffer): boolean {
  return typeof claim === 'string' && sameSecret(claim.toLowerCase(), createHash('sha256').update(value).digest('hex'));
}
