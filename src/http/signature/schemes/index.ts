/** Every way in which a platform may prove that a webhook is its own. To add one: a file, a line here, its part of schemas/signature.schema.json. */
import { LedgerbellError } from '../../../contracts/errors.js';
import { addressList, callerAddress } from '../address-list.js';
import { SignatureRefused } from '../signature-refused.js';
import { basic } from './basic.js';
import { hmac } from './hmac.js';
import { jwtBodyHash } from './jwt-body-hash.js';
import { mutualTlsHeader } from './mutual-tls-header.js';
import { none } from './none.js';
import type { InboundRequest, Proof, Scheme, SignatureSettings, Verdict, Verifier, VerifierTools } from './scheme.js';
import { standardWebhooks } from './standard-webhooks.js';
import { staticHeader } from './static-header.js';
import { stripe } from './stripe.js';

export type { InboundRequest, Sender, SignatureSettings, Verdict, Verifier, VerifierTools } from './scheme.js';

export const SCHEMES: readonly Scheme<never>[] = [
  standardWebhooks,
  hmac,
  stripe,
  jwtBodyHash,
  basic,
  staticHeader,
  mutualTlsHeader,
  none,
];

/**
 * Fails closed: without a proof there is no sender, and what is no refusal of ours is thrown on.
 * @param settings checked against schemas/signature.schema.json before
 * @throws LedgerbellError `config-invalid` for a scheme that does not exist
 */
export function createVerifier(settings: SignatureSettings, tools: VerifierTools): Verifier {
  const scheme = SCHEMES.find(({ name }) => name === settings.scheme);
  if (scheme === undefined) throw new LedgerbellError('config-invalid', 'There is no such scheme of signatures');
  const proof = scheme.create(settings as never, tools);
  const isAllowed = addressGate(settings);
  return {
    async verify(request): Promise<Verdict> {
      if (!isAllowed(request)) return { ok: false, code: 'address-not-allowed' };
      return judged(proof, request);
    },
  };
}

async function judged(proof: Proof, request: InboundRequest): Promise<Verdict> {
  try {
    return { ok: true, secret: await proof(request) };
  } catch (error) {
    if (error instanceof SignatureRefused) return { ok: false, code: error.code };
    throw error;
  }
}

/** Without a list, every address may try; `none` has to have one. */
function addressGate({ scheme, addresses, proxies }: SignatureSettings): (request: InboundRequest) => boolean {
  if (addresses === undefined) return () => scheme !== 'none';
  const allowed = addressList(addresses);
  const ours = proxies === undefined ? undefined : addressList(proxies);
  return (request) => allowed.has(callerAddress(request, ours));
}
