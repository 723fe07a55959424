/**
 * Short links of our own: the token that stands for an address in an SMS, and which addresses and lanes may have one. A token
 * is thirteen characters of Crockford's base 32 in small letters, 65 bits of a keyed hash: nobody guesses it, it costs thirteen
 * characters of GSM-7, and whoever types it off a phone cannot mistake o for 0 or l for 1.
 */
import type { Lane } from '../../contracts/rule.js';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const LENGTH = 13;
const BITS = 5;
/** Read of the hash: 72 bits, of which the last 7 are left out. */
const BYTES = 9;

/** Links are part of what the bank tells and offers; customers must not learn to press them where a fraudster would put one. */
const LANES: readonly Lane[] = ['service', 'marketing'];

const NAME = /^[a-z][a-z0-9-]{0,31}$/;
/** An address longer than this is cut by some browsers and proxies. */
const LONGEST_TARGET = 2_000;

/** @param hash at least 9 bytes of a keyed hash */
export function shortLinkToken(hash: Uint8Array): string {
  let value = 0n;
  for (const byte of hash.subarray(0, BYTES)) value = (value << 8n) | BigInt(byte);
  value >>= BigInt(BYTES * 8 - LENGTH * BITS);
  let token = '';
  for (let at = LENGTH - 1; at >= 0; at--) token += ALPHABET[Number((value >> BigInt(at * BITS)) & 31n)];
  return token;
}

/** The token as it was printed, from what was typed or pressed; undefined where it cannot be one. */
export function readShortLinkToken(typed: string): string | undefined {
  if (typed.length > 40) return undefined;
  const plain = typed
    .toLowerCase()
    .replace(/[\s.,-]/g, '')
    .replace(/[il]/g, '1')
    .replace(/o/g, '0');
  return /^[0-9a-hjkmnp-tv-z]{13}$/.test(plain) ? plain : undefined;
}

/** `base`: what stands before the token, without a slash at the end. */
export function shortLinkUrl(base: string, token: string): string {
  return `${base.replace(/\/+$/, '')}/${token}`;
}

export interface ShortLinkFault {
  code: 'short-link-lane' | 'short-link-name' | 'short-link-target';
  message: string;
  /** The link at fault, by name. */
  name?: string;
}

/** What keeps these links from being made, the first of it; undefined where nothing does. */
export function shortLinkFault(
  lane: Lane,
  links: Readonly<Record<string, string>>,
  hosts: readonly string[],
): ShortLinkFault | undefined {
  if (!LANES.includes(lane)) {
    return { code: 'short-link-lane', message: `texts in the ${lane} lane hold no links` };
  }
  for (const [name, target] of Object.entries(links)) {
    if (!NAME.test(name)) {
      const message = 'a link is named by a small letter, then up to 31 small letters, digits and dashes';
      return { code: 'short-link-name', message, name };
    }
    const message = targetFault(target, hosts);
    if (message !== undefined) return { code: 'short-link-target', message, name };
  }
  return undefined;
}

/** Hosts are compared whole: a subdomain may be somebody else's. The address itself is not repeated: it can be personal. */
function targetFault(target: string, hosts: readonly string[]): string | undefined {
  if (target.length > LONGEST_TARGET) return `the address is longer than ${LONGEST_TARGET} characters`;
  // What a parser would mend, a reader would not: the address is stored and followed as it is written.
  if (/[\s\\\p{Cc}]/u.test(target) || !URL.canParse(target)) return 'this is not a whole address';
  const { protocol, username, password, port, hostname } = new URL(target);
  if (protocol !== 'https:') return 'the address must begin with https://';
  if (username !== '' || password !== '') return 'the address must not hold a user or a password';
  if (port !== '') return 'the address must not name a port';
  if (!hosts.includes(hostname)) return 'the host is not one of those in shortLinks.hosts';
  return undefined;
}
