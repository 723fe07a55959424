/** Holds a request to an HMAC plan: reads its proofs, its time and what was signed, and finds the secret that signed it. */
import { createHmac } from 'node:crypto';
import { headerValues, onlyHeader } from './raw-header.js';
import { findConstantly, sameProof } from './same-text.js';
import type { HmacPlan } from './schemes/hmac-plan.js';
import type { InboundRequest } from './schemes/scheme.js';
import { SignatureRefused } from './signature-refused.js';
import { checkTimely } from './timely.js';
import type { WebhookSecret } from './webhook-secret.js';

/** What stands in the signature's header. */
interface Proofs {
  signatures: string[];
  time?: string;
}

const LENGTH = { sha1: 20, sha256: 32, sha512: 64 };

/** @throws SignatureRefused */
export function hmacSigner(
  request: InboundRequest,
  plan: HmacPlan,
  secrets: readonly WebhookSecret[],
  toleranceSeconds: number,
): WebhookSecret {
  const { signatures, time: ownTime } = proofsOf(request, plan);
  const time = ownTime ?? (plan.time?.header === undefined ? undefined : onlyHeader(request, plan.time.header));
  if (plan.time !== undefined) checkTimely(time ?? '', plan.time.format, request.now, toleranceSeconds);
  const candidates = wellFormed(signatures, plan);
  const parts = signedParts(request, plan, time);
  const secret = findConstantly(secrets, ({ key }) => {
    const expected = sign(plan, key, parts);
    return findConstantly(candidates, (candidate) => sameProof(candidate, expected)) !== undefined;
  });
  if (secret === undefined) throw new SignatureRefused('signature-invalid');
  return secret;
}

function proofsOf(request: InboundRequest, plan: HmacPlan): Proofs {
  if (plan.fields !== undefined) return fieldsOf(onlyHeader(request, plan.header), plan.fields);
  if (plan.repeated) {
    const signatures = headerValues(request.rawHeaders, plan.header);
    if (signatures.length === 0) throw new SignatureRefused('signature-missing');
    return { signatures };
  }
  const value = onlyHeader(request, plan.header);
  return { signatures: plan.separator === undefined ? [value] : value.split(plan.separator) };
}

/** `t=1,v1=abc,v1=def`; fields of other names are other versions, left to who knows them. */
function fieldsOf(header: string, names: NonNullable<HmacPlan['fields']>): Proofs {
  const values = (name: string) =>
    header.split(',').flatMap((field) => (field.startsWith(`${name}=`) ? [field.slice(name.length + 1)] : []));
  const times = names.time === undefined ? [] : values(names.time);
  if (times.length > 1) throw new SignatureRefused('header-duplicated');
  if (names.time !== undefined && times.length === 0) throw new SignatureRefused('signature-missing');
  return { signatures: values(names.signature), time: times[0] };
}

/** Those written the one way that counts; other ways of writing the same bytes are none. */
function wellFormed(signatures: readonly string[], { prefix, encoding, algorithm }: HmacPlan): string[] {
  const found = signatures
    .filter((signature) => signature.startsWith(prefix))
    .map((signature) => signature.slice(prefix.length))
    .filter((text) => {
      const bytes = Buffer.from(text, encoding);
      return bytes.length === LENGTH[algorithm] && bytes.toString(encoding) === text;
    });
  if (found.length === 0) throw new SignatureRefused('signature-malformed');
  return found;
}

/** The template with its places filled; the body stays bytes. */
function signedParts(request: InboundRequest, { template }: HmacPlan, time: string | undefined): (string | Buffer)[] {
  return template.split(/(\{[^}]*\})/).map((part) => {
    if (part === '{body}') return request.rawBody;
    if (part === '{timestamp}') return time ?? '';
    const name = /^\{header:([^}]+)\}$/.exec(part)?.[1];
    return name === undefined ? part : onlyHeader(request, name.toLowerCase());
  });
}

function sign({ algorithm, encoding }: HmacPlan, key: Buffer, parts: readonly (string | Buffer)[]): string {
  const hmac = createHmac(algorithm, key);
  for (const part of parts) hmac.update(part);
  return hmac.digest(encoding);
}
