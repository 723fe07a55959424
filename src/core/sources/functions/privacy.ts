/** Card numbers down to four digits, and digests. */
import { sha256 as digest } from '@noble/hashes/sha2';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils';
import { canonicalText } from '../canonical-text.js';
import { isAbsent, type MappingFunction, written } from './mapping-function.js';

const mask: MappingFunction = {
  name: 'mask',
  takes: [1, 1],
  gives: "mask(number): '**** 1234', whatever of a card's or account's number came",
  run: ([value]) => {
    if (isAbsent(value)) return null;
    const digits = written(value).replace(/[^0-9A-Za-z]/g, '');
    return `**** ${digits.slice(-4)}`;
  },
};

const sha256: MappingFunction = {
  name: 'sha256',
  takes: [1, 20],
  gives:
    'sha256(value, ...): SHA-256 of the values in this order, as 64 hexadecimal digits; the same values always give the same',
  run: (values, run) => digestOf(canonicalText([...values], run)),
};

export const PRIVACY_FUNCTIONS: readonly MappingFunction[] = [mask, sha256];

export function digestOf(text: string): string {
  return bytesToHex(digest(utf8ToBytes(text)));
}
