/** Secrets of a signature: none twice, none of the same id, and each readable as the scheme reads it. */
import type { Mistake } from '../registry/schema-check.js';

type Entry = string | { id?: unknown; secret?: unknown } | null;

const WHSEC = /^whsec_(?![A-Za-z0-9+/]{16,}={0,2}$)/;
const READABLE: Readonly<Record<string, RegExp>> = {
  base64: /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/,
  hex: /^(?:[0-9A-Fa-f]{2})+$/,
};

export function secretMistakes(settings: Record<string, unknown>, path: string): Mistake[] {
  const entries = (Array.isArray(settings.secrets) ? settings.secrets : []) as Entry[];
  const texts = entries.map((entry) => (typeof entry === 'string' ? entry : entry?.secret));
  const ids = entries.map((entry) => (typeof entry === 'string' ? undefined : entry?.id));
  return entries.flatMap((entry, index) => {
    const at = `${path}.secrets[${index}]`;
    const textAt = typeof entry === 'string' ? at : `${at}.secret`;
    const found: Mistake[] = [];
    const unreadable = unreadableAs(settings, texts[index]);
    if (unreadable !== undefined) found.push({ path: textAt, message: unreadable });
    if (repeats(texts, index)) found.push({ path: textAt, message: 'is the secret of another entry too' });
    if (repeats(ids, index)) found.push({ path: `${at}.id`, message: 'is the id of another entry too' });
    return found;
  });
}

function unreadableAs({ scheme, key }: Record<string, unknown>, text: unknown): string | undefined {
  if (typeof text !== 'string') return undefined;
  if (scheme === 'standard-webhooks' && WHSEC.test(text)) return 'starts with whsec_ and must go on in base64';
  const readable = scheme === 'hmac' ? READABLE[String(key)] : undefined;
  return readable === undefined || readable.test(text) ? undefined : `must be written in ${key}`;
}

function repeats(values: readonly unknown[], index: number): boolean {
  return typeof values[index] === 'string' && values.indexOf(values[index]) < index;
}
