/** Whose data it is, as text, and the 16 bytes that stand for it in keys and indexes. */
import { sha256 } from './digest.js';

const CAPACITY = 50_000;
const memo = new Map<string, Buffer>();

/** SHA-256, the first 16 bytes. The buffer is shared: do not write into it. */
export function subjectHash(subject: string): Buffer {
  const known = memo.get(subject);
  if (known !== undefined) return known;
  const made = sha256(subject).subarray(0, 16);
  // All at once: every event asks several times, and keeping count of what was used last costs more than a hash.
  if (memo.size >= CAPACITY) memo.clear();
  memo.set(subject, made);
  return made;
}

/** A profile's name within its entity is also its subject: destroying the key erases the profile, phones and texts. */
export const customerSubject = (entity: string, customerId: string): string => `${entity}/customer:${customerId}`;
export const accountSubject = (entity: string, accountId: string): string => `${entity}/account:${accountId}`;
