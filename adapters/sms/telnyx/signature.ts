/** Telnyx signs every webhook with its own Ed25519 key: over `timestamp|body`, body as bytes and the time in seconds. */
import { createPublicKey, verify as verifySignature } from 'node:crypto';
import type { CallbackRequest } from '../../../src/contracts/adapter.js';
import { proofHeader, requireFresh, unverified } from '../shared/callback.js';
import type { TelnyxConfig } from './index.js';

const TOLERANCE_SECONDS = 300;
/** 64 bytes in base64, and nothing after them: decoders pass over what they do not know. */
const SIGNATURE = /^[A-Za-z0-9+/]{86}==$/;

/**
 * Reads the key once. The returned function throws CallbackRefused `callback-unverified`; nothing in it is secret, so no time
 * has to be constant.
 */
export function createVerifier(config: TelnyxConfig): (request: CallbackRequest, now: number) => void {
  const x = Buffer.from(config.publicKey, 'base64').toString('base64url');
  const key = createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', x } });
  const toleranceMs = (config.callbackToleranceSeconds ?? TOLERANCE_SECONDS) * 1000;
  return (request, now) => {
    const timestamp = proofHeader(request, 'telnyx-timestamp');
    const signature = proofHeader(request, 'telnyx-signature-ed25519');
    const signed = Buffer.concat([Buffer.from(`${timestamp}|`), request.body]);
    if (!SIGNATURE.test(signature) || !verifySignature(null, signed, key, Buffer.from(signature, 'base64')))
      throw unverified('the signature does not match');
    if (!/^\d{1,12}$/.test(timestamp)) throw unverified('the signed time cannot be read');
    requireFresh(Number(timestamp) * 1000, now, toleranceMs);
  };
}
