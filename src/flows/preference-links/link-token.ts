/**
 * The token in a link: 16 random bytes, the time it ends (6 bytes), and 16 bytes of a keyed hash over both. A token that we did
 * not make is told from ours without asking the database, and the database holds nothing to make one from.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { Vault } from '../../store/crypto/vault.js';

type Keyed = Pick<Vault, 'bodyMac'>;

export interface LinkToken {
  /** Under what the link is found. */
  linkHash: Buffer;
  /** Epoch milliseconds. */
  endsAt: number;
  /** What a form of this link's page must bring along. */
  formToken: string;
}

const SECRET_BYTES = 16;
const TIME_BYTES = 6;
const MAC_BYTES = 16;
const NAME_BYTES = SECRET_BYTES + TIME_BYTES;

export function makeToken(vault: Keyed, endsAt: number): LinkToken & { token: string } {
  const name = Buffer.alloc(NAME_BYTES);
  randomBytes(SECRET_BYTES).copy(name);
  name.writeUIntBE(endsAt, SECRET_BYTES, TIME_BYTES);
  return { ...described(vault, name), token: Buffer.concat([name, signature(vault, name)]).toString('base64url') };
}

/** Undefined for what this house did not make. Whether the link can still be used is another question. */
export function readToken(vault: Keyed, token: string): LinkToken | undefined {
  if (!/^[A-Za-z0-9_-]{51}$/.test(token)) return undefined;
  const bytes = Buffer.from(token, 'base64url');
  // Several texts decode to the same bytes; only ours is ours.
  if (bytes.length !== NAME_BYTES + MAC_BYTES || bytes.toString('base64url') !== token) return undefined;
  const name = bytes.subarray(0, NAME_BYTES);
  return timingSafeEqual(bytes.subarray(NAME_BYTES), signature(vault, name)) ? described(vault, name) : undefined;
}

/** In constant time. */
export function isFormToken(link: LinkToken, given: string): boolean {
  const own = Buffer.from(link.formToken);
  const other = Buffer.from(given);
  return own.length === other.length && timingSafeEqual(own, other);
}

function described(vault: Keyed, name: Buffer): LinkToken {
  const hex = name.toString('hex');
  return {
    linkHash: vault.bodyMac(`preference-link|${hex}`),
    endsAt: name.readUIntBE(SECRET_BYTES, TIME_BYTES),
    formToken: vault.bodyMac(`preference-form|${hex}`).subarray(0, MAC_BYTES).toString('base64url'),
  };
}

function signature(vault: Keyed, name: Buffer): Buffer {
  return vault.bodyMac(`preference-token|${name.toString('hex')}`).subarray(0, MAC_BYTES);
}
