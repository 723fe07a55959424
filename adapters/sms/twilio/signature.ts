/**
 * Twilio signs every callback: HMAC-SHA1, keyed with the auth token, over the whole address and then each field of the form, name and
 * value, in the order of the names (https://www.twilio.com/docs/usage/security). The token in the address is covered by it.
 */
import { createHmac } from 'node:crypto';
import type { CallbackRequest } from '../../../src/contracts/adapter.js';
import { formOf, proofHeader, sameSecret, unverified } from '../shared/callback.js';

/**
 * The fields of a callback that is genuine.
 * @throws CallbackRefused `callback-unverified`, or `callback-malformed` for a field that is there twice
 */
export function verifiedForm(request: CallbackRequest, authToken: string): ReadonlyMap<string, string> {
  const given = proofHeader(request, 'x-twilio-signature');
  const fields = formOf(request);
  const parts = [...fields.keys()].sort().map((name) => `${name}${fields.get(name)}`);
  const genuine = spellings(request.publicUrl).some((address) =>
    sameSecret(
      given,
      createHmac('sha1', authToken)
        .update(`${address}${parts.join('')}`)
        .digest('base64'),
    ),
  );
  if (!genuine) throw unverified('the signature does not fit the address and the form');
  return fields;
}

/** Twilio signs some addresses with their port and some without; both say the same. */
function spellings(address: string): string[] {
  const [, scheme = '', host = '', port, rest = ''] = /^(https?:\/\/)([^/?#:]*)(:\d+)?(.*)$/.exec(address) ?? [];
  const standard = scheme === 'https://' ? ':443' : ':80';
  return [`${scheme}${host}${rest}`, `${scheme}${host}${port ?? standard}${rest}`];
}
