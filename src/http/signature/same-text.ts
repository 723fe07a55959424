/** Compares secrets as text, in constant time: several texts can decode to the same bytes, and only one of them was meant. */
import { hash, timingSafeEqual } from 'node:crypto';

/** For proofs of a known length, such as signatures; another length is told apart quickly, which tells nothing. */
export function sameProof(given: string, expected: string): boolean {
  const one = Buffer.from(given, 'utf8');
  const other = Buffer.from(expected, 'utf8');
  return one.length === other.length && timingSafeEqual(one, other);
}

/** For passwords and the like: digests have one length, so that not even that of the secret is told. */
export function sameSecret(given: string, expected: string): boolean {
  return timingSafeEqual(hash('sha256', given, 'buffer'), hash('sha256', expected, 'buffer'));
}

/** The one that fits; all are looked at, so that the time does not tell which it was. */
export function findConstantly<T>(all: readonly T[], fits: (one: T) => boolean): T | undefined {
  let found: T | undefined;
  for (const one of all) if (fits(one)) found ??= one;
  return found;
}
