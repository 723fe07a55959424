/** SHA-256 of short texts, as every event needs several of. */
import { hash } from 'node:crypto';

/**
 * 32 bytes. By way of a string: a buffer that the library makes has memory of its own, which costs twice as much as the hash
 * and is work for the garbage collector.
 */
export function sha256(text: string): Buffer {
  return Buffer.from(hash('sha256', text, 'binary'), 'latin1');
}
