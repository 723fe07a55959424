/** Reads a compact JWS (RFC 7515) whose claims hold a hash of the body. Nothing of it is believed before its signature is checked. */
import { type KeyObject, verify } from 'node:crypto';
import { SignatureRefused } from './signature-refused.js';

export interface BodyToken {
  kid: string;
  /** Seconds since 1970, as text. */
  issuedAt: string;
  /** Lower-case hex. */
  bodySha256: string;
  /** What was signed, and the signature: r and s, 32 bytes each. */
  signed: Buffer;
  signature: Buffer;
}

const KID = /^[\w.-]{1,128}$/;
const SIGNATURE_BYTES = 64;

/**
 * ES256 and nothing else: the algorithm is ours to say, not the token's, and `crit` would ask for what we do not know.
 * @throws SignatureRefused `signature-malformed`
 */
export function readBodyToken(token: string): BodyToken {
  const [head = '', payload = '', proof = '', ...more] = token.split('.');
  const header = objectOf(head);
  const claims = objectOf(payload);
  const signature = bytesOf(proof);
  if (more.length > 0 || signature.length !== SIGNATURE_BYTES) throw malformed();
  if (header.alg !== 'ES256' || 'crit' in header) throw malformed();
  if (typeof header.kid !== 'string' || !KID.test(header.kid)) throw malformed();
  const { iat, request_body_sha256: bodySha256 } = claims;
  if (typeof bodySha256 !== 'string' || typeof iat !== 'number') throw malformed();
  return { kid: header.kid, issuedAt: String(iat), bodySha256, signed: Buffer.from(`${head}.${payload}`), signature };
}

/** @param key a public key on P-256 */
export function isSignedBy({ signed, signature }: BodyToken, key: KeyObject): boolean {
  return verify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, signature);
}

function objectOf(part: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(bytesOf(part).toString('utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw malformed();
}

/** Node also reads padded and ordinary base64, and skips what is none. */
function bytesOf(part: string): Buffer {
  const bytes = Buffer.from(part, 'base64url');
  if (bytes.toString('base64url') !== part) throw malformed();
  return bytes;
}

function malformed(): SignatureRefused {
  return new SignatureRefused('signature-malformed');
}
