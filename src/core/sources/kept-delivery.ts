/** A delivery as it lies in quarantine: what the mapping needs to see it once more, and nothing else. */
import type { SourceDelivery } from '../../contracts/source.js';
import { redactText } from '../event/redact.js';
import { redactBody } from './redact-body.js';

interface KeptDelivery {
  contentType?: string;
  headers: Record<string, string>;
  query: Record<string, string>;
  receivedAt: number;
  /** The body, where it is UTF-8; else in base64. */
  text?: string;
  base64?: string;
}

/** @param identifiers of the mapping */
export function keepDelivery(delivery: SourceDelivery, identifiers: readonly string[]): Buffer {
  const { contentType, receivedAt } = delivery;
  const safe = (fields: Record<string, string>) =>
    Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, redactText(value)]));
  const kept: KeptDelivery = {
    contentType,
    headers: safe(delivery.headers),
    query: safe(delivery.query),
    receivedAt,
    ...keptBody(delivery.body, new Set(identifiers)),
  };
  return Buffer.from(JSON.stringify(kept));
}

export function reopenDelivery(kept: Buffer): SourceDelivery {
  const { text, base64, ...rest } = JSON.parse(kept.toString()) as KeptDelivery;
  return { ...rest, body: text === undefined ? Buffer.from(base64 ?? '', 'base64') : Buffer.from(text) };
}

function keptBody(body: Uint8Array, identifiers: ReadonlySet<string>): Pick<KeptDelivery, 'text' | 'base64'> {
  try {
    return { text: redactBody(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body), identifiers) };
  } catch {
    // Latin-1 gives every byte a character, so that what is no UTF-8 comes back unchanged.
    const redacted = redactText(Buffer.from(body).toString('latin1'));
    return { base64: Buffer.from(redacted, 'latin1').toString('base64') };
  }
}
