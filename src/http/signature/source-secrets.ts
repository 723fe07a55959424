/** Secrets of the configuration as schemes use them: with an id, and a key of bytes. */
import type { Sender } from './schemes/scheme.js';
import type { WebhookSecret } from './webhook-secret.js';

/** A text, or one with limits; several while one rotates. */
export type SecretEntry = string | (Sender & { secret: string });

export type KeyFormat = 'text' | 'base64' | 'hex';

/** @param read turns the text of a secret into its key */
export function secretsOf(entries: readonly SecretEntry[], read: (text: string) => Buffer): WebhookSecret[] {
  return entries.map((entry, index) => {
    if (typeof entry === 'string') return { id: `secret-${index + 1}`, key: read(entry) };
    const { secret, ...sender } = entry;
    return { ...sender, key: read(secret) };
  });
}

export function keyReader(format: KeyFormat): (text: string) => Buffer {
  return (text) => Buffer.from(text, format === 'text' ? 'utf8' : format);
}

/** Who it is, without the key. */
export function senderOf({ key: _key, ...sender }: WebhookSecret): Sender {
  return sender;
}
