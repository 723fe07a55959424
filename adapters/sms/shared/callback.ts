/** Reading callbacks strictly: everything that is there once must be there once, and secrets are compared in constant time. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { CallbackRefused, type CallbackRequest } from '../../../src/contracts/adapter.js';

/** @throws never; make one and throw it where the callback is not proven genuine. */
export function unverified(message: string): CallbackRefused {
  return new CallbackRefused('callback-unverified', message);
}

/** For a callback that is genuine, or cannot be read far enough to tell, and is not of a known form. */
export function malformed(message: string): CallbackRefused {
  return new CallbackRefused('callback-malformed', message);
}

/** Compares two secrets in constant time, whatever their lengths. */
export function sameSecret(given: string | Buffer, expected: string | Buffer): boolean {
  const hash = (value: string | Buffer) => createHash('sha256').update(value).digest();
  return timingSafeEqual(hash(given), hash(expected));
}

/**
 * A header that proves something. Twice the same is as bad as none: which of them counted would be a guess.
 * @throws CallbackRefused `callback-unverified`
 */
export function proofHeader(request: CallbackRequest, name: string): string {
  const value = request.headers[name];
  if (typeof value !== 'string' || value === '') throw unverified(`the header ${name} is missing or not single`);
  return value;
}

/**
 * Parameters of a form or an address, each once.
 * @throws CallbackRefused `callback-malformed` for one that is there twice
 */
export function singleValues(parameters: URLSearchParams): Map<string, string> {
  const values = new Map<string, string>();
  for (const [name, value] of parameters) {
    if (values.has(name)) throw malformed('a parameter is there more than once');
    values.set(name, value);
  }
  return values;
}

/** The form of a body (`application/x-www-form-urlencoded`), each field once. @throws CallbackRefused `callback-malformed` */
export function formOf(request: CallbackRequest): Map<string, string> {
  return singleValues(new URLSearchParams(request.body.toString('utf8')));
}

/**
 * The alert named in the address that `tools.receiptUrl` made. Only as good as the proof that covers the address: the token in it,
 * or a signature over `publicUrl`.
 */
export function alertOf(request: CallbackRequest): string | undefined {
  return request.query.get('alert') || undefined;
}

/** @throws CallbackRefused `callback-unverified` where a signed time (epoch milliseconds) is too far from now, before or after */
export function requireFresh(signedAt: number, now: number, toleranceMs: number): void {
  if (!(Math.abs(now - signedAt) <= toleranceMs)) throw unverified('the signed time is too far from now');
}
