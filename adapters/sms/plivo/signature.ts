/**
 * Plivo's V3 signature: base64 of HMAC-SHA256, keyed by an Auth Token, over the whole address with its parameters sorted, the
 * fields of the form sorted and run together, and the nonce. It covers the body, unlike V2, but holds no time: a copy of a
 * callback can be repeated, and says the same again.
 */
import { createHmac } from 'node:crypto';
import type { CallbackRequest } from '../../../src/contracts/adapter.js';
import { proofHeader, sameSecret, unverified } from '../shared/callback.js';
import type { PlivoConfig } from './index.js';

/** The second is signed with the main account's token; messages carry a match in one or the other. Each may list several. */
const HEADERS = ['x-plivo-signature-v3', 'x-plivo-signature-ma-v3'];

/** @throws CallbackRefused `callback-unverified` */
export function verify(config: PlivoConfig, request: CallbackRequest): void {
  if (config.callbacks === 'address') return;
  const nonce = proofHeader(request, 'x-plivo-signature-v3-nonce');
  const signed = `${signedAddress(request)}.${nonce}`;
  const expected = [config.authToken, ...(config.callbackTokens ?? [])].map((token) =>
    createHmac('sha256', token).update(signed, 'utf8').digest('base64'),
  );
  const given = signaturesOf(request);
  // every pair is compared, so that the time tells nothing about which one matched
  const matches = given.flatMap((one) => expected.map((other) => sameSecret(one, other)));
  if (!matches.includes(true)) throw unverified('no signature matches');
}

function signaturesOf({ headers }: CallbackRequest): string[] {
  const given = HEADERS.map((name) => headers[name]).filter((value) => typeof value === 'string');
  return given.flatMap((value) => value.split(',')).map((value) => value.trim());
}

function signedAddress({ method, publicUrl, body }: CallbackRequest): string {
  const { protocol, host, pathname, searchParams } = new URL(publicUrl);
  const address = `${protocol}//${host}${pathname}`;
  const query = sorted(searchParams).map(([name, value]) => `${name}=${value}`);
  const fields = method === 'POST' ? sorted(new URLSearchParams(body.toString('utf8'))) : [];
  const form = fields.map(([name, value]) => `${name}${value}`).join('');
  // as Plivo's own packages build it: the dot stands between parameters and fields only, the question mark before either
  const mark = query.length > 0 || fields.length > 0 ? '?' : '';
  const dot = query.length > 0 && fields.length > 0 ? '.' : '';
  return `${address}${mark}${query.join('&')}${dot}${form}`;
}

/** By name, and by value where a name is there more than once. */
function sorted(parameters: URLSearchParams): [string, string][] {
  return [...parameters].sort(([a, x], [b, y]) => compare(a, b) || compare(x, y));
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
