/** Codes: drawn from the system's secure source, kept only as a keyed hash. */
import { randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import type { Vault } from '../../store/crypto/vault.js';

/** Every code of so many digits is equally likely. */
export function drawCode(digits: number): string {
  return String(randomInt(0, 10 ** digits)).padStart(digits, '0');
}

/** 128 bits: nobody guesses another's challenge. */
export function newChallengeId(): string {
  return `ch_${randomBytes(16).toString('base64url')}`;
}

/** The binding is part of it, so that a code alone proves nothing of another payment. */
export function codeHash(
  vault: Pick<Vault, 'bodyMac'>,
  { id, generation, binding }: { id: string; generation: number; binding: Buffer },
  code: string,
): Buffer {
  return vault.bodyMac(`challenge-code|${id}|${generation}|${binding.toString('hex')}|${code}`);
}

/** What is confirmed, as a keyed hash. */
export function bindingHash(vault: Pick<Vault, 'bodyMac'>, id: string, bindingText: string): Buffer {
  return vault.bodyMac(`challenge-binding|${id}|${bindingText}`);
}

export function isSame(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
