/** Alert ids are derived, so that deciding the same event again can never make a second alert. */
import { sha256 } from '@noble/hashes/sha2';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils';
import type { LedgerEvent } from '../contracts/event.js';

/** `al_` and 128 bits of SHA-256 over event, rule, recipient and copy, with separators. */
export function alertId(
  event: Pick<LedgerEvent, 'entity' | 'source' | 'id'>,
  rule: string,
  recipient: string,
  copy: 'current' | 'previous' = 'current',
): string {
  const parts = [event.entity, event.source, event.id, rule, recipient, copy].map((part) => `${part.length}:${part}`);
  return `al_${bytesToHex(sha256(utf8ToBytes(parts.join('|'))).subarray(0, 16))}`;
}
