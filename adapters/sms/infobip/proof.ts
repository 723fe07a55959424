/**
 * How a callback of Infobip proves itself is set up in the account: not at all (then the token in the address is the proof, and
 * was checked before), by HTTP Basic, or by HMAC over the body. None of them holds a time; a copy that is repeated says the same again.
 */
import { createHmac } from 'node:crypto';
import type { CallbackRequest } from '../../../src/contracts/adapter.js';
import { basicAuthorization } from '../shared/authorization.js';
import { proofHeader, sameSecret, unverified } from '../shared/callback.js';
import type { InfobipConfig } from './index.js';

export function isProven(config: InfobipConfig): boolean {
  return config.callbackHmac !== undefined || config.callbackBasic !== undefined;
}

/** @throws CallbackRefused `callback-unverified` */
export function verify({ callbackHmac, callbackBasic }: InfobipConfig, request: CallbackRequest): void {
  if (callbackBasic !== undefined) {
    const expected = basicAuthorization(callbackBasic.username, callbackBasic.password);
    if (!sameSecret(proofHeader(request, 'authorization'), expected)) throw unverified('the login does not match');
  }
  if (callbackHmac !== undefined) {
    const { secret, header, algorithm = 'sha256', encoding = 'hex' } = callbackHmac;
    const expected = createHmac(algorithm, secret).update(request.body).digest(encoding);
    if (!sameSecret(proofHeader(request, header.toLowerCase()), expected))
      throw unverified('the signature does not match');
  }
}
