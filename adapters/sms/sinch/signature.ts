/**
 * Sinch signs callbacks where it was asked to: base64 of HMAC-SHA256 over `body.nonce.timestamp`, body as bytes and the time in
 * seconds. Without a secret in the configuration the token in the address is the proof, and was checked before.
 */
import { createHmac } from 'node:crypto';
import type { CallbackRequest } from '../../../src/contracts/adapter.js';
import { proofHeader, requireFresh, sameSecret, unverified } from '../shared/callback.js';
import type { SinchConfig } from './index.js';

const TOLERANCE_SECONDS = 300;

/** @throws CallbackRefused `callback-unverified` */
export function verify(config: SinchConfig, request: CallbackRequest, now: number): void {
  if (config.callbackSecret === undefined) return;
  const nonce = proofHeader(request, 'x-sinch-webhook-signature-nonce');
  const timestamp = proofHeader(request, 'x-sinch-webhook-signature-timestamp');
  const given = proofHeader(request, 'x-sinch-webhook-signature');
  if (proofHeader(request, 'x-sinch-webhook-signature-algorithm') !== 'HmacSHA256')
    throw unverified('the signature is of another kind');
  const expected = createHmac('sha256', config.callbackSecret)
    .update(request.body)
    .update(`.${nonce}.${timestamp}`)
    .digest('base64');
  if (!sameSecret(given, expected)) throw unverified('the signature does not match');
  if (!/^\d{1,12}$/.test(timestamp)) throw unverified('the signed time cannot be read');
  requireFresh(Number(timestamp) * 1000, now, (config.callbackToleranceSeconds ?? TOLERANCE_SECONDS) * 1000);
}
