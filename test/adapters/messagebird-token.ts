/** Signs a callback as MessageBird does, or wrongly on purpose. */
import { createHash, createHmac } from 'node:crypto';

export interface Claims {
  url?: string;
  body?: string;
  /** Epoch milliseconds. */
  now?: number;
  algorithm?: string;
  [claim: string]: unknown;
}

export function signToken(key: string, claims: Claims): string {
  const { url = '', body = '', now = 0, algorithm = 'HS256', ...own } = claims;
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  const payload = {
    iss: 'MessageBird',
    nbf: now / 1_000,
    exp: now / 1_000 + 60,
    jti: '59a244dc-e9ad-4e23-9778-371faa238f72',
    url_hash: sha256(url),
    ...(body !== '' && { payload_hash: sha256(body) }),
    ...own,
  };
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part({ alg: algorithm, typ: 'JWT' })}.${part(payload)}`;
  const hash = algorithm.replace('HS', 'sha');
  return `${signed}.${algorithm === 'none' ? 'AA' : createHmac(hash, key).update(signed).digest('base64url')}`;
}
