/**
 * The keys of the configuration: the first seals, all open. They wrap the subjects' keys and the few secrets of the
 * system. Format: `1 | length of key id | key id | nonce | tag | ciphertext`.
 */
import { createSecretKey, type KeyObject } from 'node:crypto';
import { LedgerbellError } from '../../contracts/errors.js';
import { damaged, decrypt, encrypt } from './aes.js';

const FORMAT = 1;
const KEY_ID = /^[\x21-\x7e]{1,64}$/;

export interface KeyRing {
  /** The key that seals. */
  readonly currentKeyId: string;
  seal(plaintext: Buffer, associatedData: string): Buffer;
  /** @throws LedgerbellError `encryption-key-missing`, `sealed-data-damaged` */
  open(sealed: Buffer, associatedData: string): Buffer;
}

/** @throws LedgerbellError `encryption-key-missing` (none at all), `encryption-key-malformed`, `encryption-key-twice` */
export function createKeyRing(keys: { id: string; key: string }[]): KeyRing {
  const [first] = keys;
  if (first === undefined) throw new LedgerbellError('encryption-key-missing', 'At least one encryption key is needed');
  const ring = new Map<string, KeyObject>();
  for (const { id, key } of keys) {
    if (ring.has(id)) throw new LedgerbellError('encryption-key-twice', `Encryption key ${id} is listed twice`);
    ring.set(id, createSecretKey(parseKey(id, key)));
  }
  const currentKeyId = first.id;
  const current = ring.get(currentKeyId) as KeyObject;
  const header = Buffer.from([FORMAT, currentKeyId.length, ...Buffer.from(currentKeyId)]);
  return {
    currentKeyId,
    seal: (plaintext, associatedData) => {
      const sealed = encrypt(current, plaintext, associatedData, header.length);
      header.copy(sealed);
      return sealed;
    },
    open: (sealed, associatedData) => {
      const id = sealedKeyId(sealed);
      const key = ring.get(id);
      if (key === undefined)
        throw new LedgerbellError('encryption-key-missing', `Encryption key ${id} is not configured`);
      return decrypt(key, sealed, associatedData, 2 + id.length);
    },
  };
}

function sealedKeyId(sealed: Buffer): string {
  const length = sealed[1] ?? 0;
  const id = sealed.toString('latin1', 2, 2 + length);
  if (sealed[0] !== FORMAT || id.length !== length || !KEY_ID.test(id)) throw damaged();
  return id;
}

/** 64 hexadecimal digits, base64 or base64url of 32 bytes, or exactly 32 bytes of text. */
function parseKey(id: string, text: string): Buffer {
  if (!KEY_ID.test(id)) {
    throw new LedgerbellError(
      'encryption-key-malformed',
      'A key id is 1 to 64 printable ASCII characters without spaces',
    );
  }
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex');
  if (/^[A-Za-z0-9+/_-]{43}=?$/.test(text)) return Buffer.from(text, 'base64');
  if (Buffer.byteLength(text) === 32) return Buffer.from(text);
  const shapes = '64 hexadecimal digits, base64 of 32 bytes, or exactly 32 bytes of text';
  throw new LedgerbellError('encryption-key-malformed', `Encryption key ${id} must be ${shapes}`);
}
