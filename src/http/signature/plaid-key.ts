/** Asks Plaid for the public key of an id (POST /webhook_verification_key/get). */
import { createPublicKey } from 'node:crypto';
import type { HttpRequest } from '../../contracts/adapter.js';
import type { Asked } from './key-cache.js';
import type { VerifierTools } from './schemes/scheme.js';

export interface PlaidAccess {
  baseUrl: string;
  clientId: string;
  secret: string;
}

/** Plaid's own word for an id that it does not know; any other error is about us or about Plaid. */
const UNKNOWN = 'INVALID_WEBHOOK_VERIFICATION_KEY_ID';

export async function askPlaid({ http }: VerifierTools, access: PlaidAccess, kid: string): Promise<Asked> {
  const result = await http(requestFor(access, kid));
  if (result.kind !== 'response') return { kind: 'unavailable' };
  const answer = objectOf(result.body);
  if (result.status !== 200) return { kind: answer.error_code === UNKNOWN ? 'unknown' : 'unavailable' };
  return keyOf(answer.key, kid);
}

function requestFor({ baseUrl, clientId, secret }: PlaidAccess, kid: string): HttpRequest {
  return {
    url: `${baseUrl.replace(/\/+$/, '')}/webhook_verification_key/get`,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ client_id: clientId, secret, key_id: kid }),
  };
}

/** Only a key of the one kind that we check with, and of the id that was asked for. */
function keyOf(value: unknown, asked: string): Asked {
  const { kty, crv, x, y, kid, alg, expired_at: expiredAt } = (value ?? {}) as Record<string, unknown>;
  const isExpected = kty === 'EC' && crv === 'P-256' && alg === 'ES256' && kid === asked;
  if (!isExpected) return { kind: 'unavailable' };
  try {
    const key = createPublicKey({ key: { kty, crv, x: String(x), y: String(y) }, format: 'jwk' });
    return { kind: 'key', key, ...(typeof expiredAt === 'number' ? { expiresAt: expiredAt * 1000 } : {}) };
  } catch {
    return { kind: 'unavailable' };
  }
}

function objectOf(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
