/** A secret of a sender, and what it allows the sender to say. */
import { LedgerbellError } from '../../contracts/errors.js';
import type { LedgerEvent } from '../../contracts/event.js';
import { decodeHeader } from '../decode-header.js';
import { SignatureRefused } from './signature-refused.js';

export interface WebhookSecret {
  id: string;
  key: Buffer;
  /** Exact sources; absent allows all. */
  sources?: string[];
  /** Exact types, or `transaction.*`; absent allows all. */
  types?: string[];
  /** The one legal entity or brand it speaks for; absent allows all. */
  entity?: string;
}

const PREFIX = 'whsec_';
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/**
 * The key of a secret written as text. `whsec_<base64>`, and base64 alone, mean the decoded bytes, as the official
 * standardwebhooks libraries read them; beware that a word such as `password` is base64 too. Any other text means its
 * UTF-8 bytes.
 * @throws LedgerbellError `secret-malformed`; the message does not hold the text
 */
export function webhookKey(text: string): Buffer {
  const encoded = text.startsWith(PREFIX) ? text.slice(PREFIX.length) : text;
  const unpadded = encoded.replace(/=+$/, '');
  const decodes =
    BASE64.test(encoded) && unpadded.length % 4 !== 1 && (encoded === unpadded || encoded.length % 4 === 0);
  if (decodes) return Buffer.from(encoded, 'base64');
  if (encoded === '' || encoded !== text) {
    throw new LedgerbellError(
      'secret-malformed',
      'A webhook secret that starts with whsec_ goes on in base64; none may be empty.',
    );
  }
  return Buffer.from(text, 'utf8');
}

/**
 * Holds an event against the limits of the secret that signed it.
 * @param binary in the binary form: the signed `webhook-id` header, and the entity of events that name none
 * @throws SignatureRefused `secret-may-not-send`; binary also `binary-id-mismatch`, `binary-needs-fixed-secret`, `binary-attribute-unsigned`
 */
export function secretMaySend(
  secret: WebhookSecret,
  event: Pick<LedgerEvent, 'id' | 'source' | 'type' | 'entity' | 'learn'>,
  binary?: { webhookId: string; defaultEntity?: string },
): void {
  if (secret.sources !== undefined && !secret.sources.includes(event.source))
    throw new SignatureRefused('secret-may-not-send');
  if (secret.types !== undefined && !secret.types.some((allowed) => covers(allowed, event.type))) {
    throw new SignatureRefused('secret-may-not-send');
  }
  if (secret.entity !== undefined && secret.entity !== event.entity) throw new SignatureRefused('secret-may-not-send');
  if (binary === undefined) return;
  if (event.id !== decodeHeader('webhook-id', binary.webhookId)) throw new SignatureRefused('binary-id-mismatch');
  const fixed = secret.sources?.includes(event.source) && secret.types?.includes(event.type);
  if (!fixed) throw new SignatureRefused('binary-needs-fixed-secret');
  const entity = secret.entity ?? binary.defaultEntity ?? 'default';
  if (event.learn || event.entity !== entity) throw new SignatureRefused('binary-attribute-unsigned');
}

function covers(allowed: string, type: string): boolean {
  return allowed.endsWith('*') ? type.startsWith(allowed.slice(0, -1)) : allowed === type;
}
