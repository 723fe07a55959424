/** A token signed with ES256 that holds a hash of the body and its time, as Plaid sends. Keys rotate by their id and are asked for. */
import { createHash } from 'node:crypto';
import { isSignedBy, readBodyToken } from '../body-token.js';
import { createKeyCache } from '../key-cache.js';
import { askPlaid } from '../plaid-key.js';
import { onlyHeader } from '../raw-header.js';
import { sameProof } from '../same-text.js';
import { SignatureRefused } from '../signature-refused.js';
import { checkTimely } from '../timely.js';
import type { Scheme, Sender } from './scheme.js';

/** The limits are those of whatever key signed, which is called by its id. */
export interface JwtBodyHashSettings extends Partial<Omit<Sender, 'id'>> {
  clientId: string;
  secret: string;
  baseUrl?: string;
  header?: string;
  toleranceSeconds?: number;
  unknownKeysPerMinute?: number;
}

export const jwtBodyHash: Scheme<JwtBodyHashSettings> = {
  name: 'jwt-body-hash',
  create(settings, tools) {
    const { clientId, secret, sources, types, entity, toleranceSeconds = 300, unknownKeysPerMinute = 10 } = settings;
    const { baseUrl = 'https://production.plaid.com', header = 'plaid-verification' } = settings;
    const access = { baseUrl, clientId, secret };
    const keyFor = createKeyCache({
      ask: (kid) => askPlaid(tools, access, kid),
      unknownPerMinute: unknownKeysPerMinute,
    });
    return async (request) => {
      const token = readBodyToken(onlyHeader(request, header.toLowerCase()));
      // What the token itself says wrong needs no key: only a token that could be genuine makes us ask for one.
      checkTimely(token.issuedAt, 'seconds', request.now, toleranceSeconds);
      const bodySha256 = createHash('sha256').update(request.rawBody).digest('hex');
      if (!sameProof(token.bodySha256, bodySha256)) throw new SignatureRefused('signature-invalid');
      const key = await keyFor(token.kid, request.now);
      if (!isSignedBy(token, key)) throw new SignatureRefused('signature-invalid');
      return { id: token.kid, sources, types, entity };
    };
  },
};
