/** What makes two messages one: the provider's id, or where it gives none the same words between the same numbers within two minutes. */
import type { InboundMessage } from '../../contracts/adapter.js';
import type { Vault } from '../../store/crypto/vault.js';

const BUCKET_MS = 60_000;

/**
 * The first key is stored; a message is known where any of them is. Keyed, because a number and a few words could be guessed.
 * Without an id the key holds the minute, and the minute before counts too, so that a repetition is known for one to two minutes.
 */
export function inboundKeys(
  vault: Pick<Vault, 'bodyMac'>,
  adapter: string,
  { providerId, from, to, text }: InboundMessage,
  now: number,
): [key: Buffer, ...also: Buffer[]] {
  const mac = (...parts: string[]): Buffer =>
    vault.bodyMac(['inbound', adapter, ...parts].map((part) => `${part.length}:${part}`).join('|'));
  if (providerId !== undefined && providerId !== '') return [mac('id', providerId)];
  const minute = Math.floor(now / BUCKET_MS);
  return [mac('text', from, to, text, String(minute)), mac('text', from, to, text, String(minute - 1))];
}
