/**
 * AES-256-GCM as everything here uses it: `nonce (12) | tag (16) | ciphertext`, the nonce random, the associated data
 * naming what is sealed, so that a blob copied into another row or column does not open.
 */
import { createCipheriv, createDecipheriv, type KeyObject, randomFillSync } from 'node:crypto';
import { LedgerbellError } from '../../contracts/errors.js';

const NONCE = 12;
const TAG = 16;
export const OVERHEAD = NONCE + TAG;
/** Shorter tags are refused when opening. */
const OPTIONS = { authTagLength: TAG };

/** Random bytes are fetched in bulk: asking for twelve at a time costs as much as the encryption. Each is used once. */
const nonces = Buffer.alloc(NONCE * 512);
let spent = nonces.length;

function nextNonce(): Buffer {
  if (spent === nonces.length) {
    randomFillSync(nonces);
    spent = 0;
  }
  const nonce = nonces.subarray(spent, spent + NONCE);
  spent += NONCE;
  return nonce;
}

/** Leaves `reserve` bytes free at the start for the caller's header. A text is its UTF-8 bytes, without a buffer made of them first. */
export function encrypt(key: KeyObject, plaintext: Buffer | string, associatedData: string, reserve: number): Buffer {
  const nonce = nextNonce();
  const cipher = createCipheriv('aes-256-gcm', key, nonce, OPTIONS);
  cipher.setAAD(Buffer.from(associatedData));
  const ciphertext = typeof plaintext === 'string' ? cipher.update(plaintext, 'utf8') : cipher.update(plaintext);
  cipher.final();
  const sealed = Buffer.allocUnsafe(reserve + OVERHEAD + ciphertext.length);
  sealed.set(nonce, reserve);
  sealed.set(cipher.getAuthTag(), reserve + NONCE);
  sealed.set(ciphertext, reserve + OVERHEAD);
  return sealed;
}

/** @throws LedgerbellError `sealed-data-damaged`: changed, cut, or sealed as something else */
export function decrypt(key: KeyObject, sealed: Buffer, associatedData: string, offset: number): Buffer {
  if (sealed.length < offset + OVERHEAD) throw damaged();
  const nonce = sealed.subarray(offset, offset + NONCE);
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, OPTIONS);
  decipher.setAAD(Buffer.from(associatedData));
  decipher.setAuthTag(sealed.subarray(offset + NONCE, offset + OVERHEAD));
  const plaintext = decipher.update(sealed.subarray(offset + OVERHEAD));
  try {
    decipher.final();
  } catch (cause) {
    throw damaged(cause);
  }
  return plaintext;
}

export function damaged(cause?: unknown): LedgerbellError {
  return new LedgerbellError('sealed-data-damaged', 'Sealed data does not open: changed, cut, or of another place', {
    cause,
  });
}
