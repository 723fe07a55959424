/** The key of one customer or account. Format: `2 | nonce | tag | ciphertext`. */
import { createSecretKey } from 'node:crypto';
import { LedgerbellError } from '../../contracts/errors.js';
import { damaged, decrypt, encrypt, OVERHEAD } from './aes.js';

const FORMAT = 2;

export interface SubjectKey {
  /** Erased: nothing can be sealed or opened with it any more. */
  readonly destroyed: boolean;
  /** @throws LedgerbellError `erased` */
  seal(plaintext: Buffer | string, associatedData: string): Buffer;
  /** @throws LedgerbellError `erased`, `sealed-data-damaged` */
  open(sealed: Buffer, associatedData: string): Buffer;
}

/** The format, the nonce and the tag: no two sealed blobs share them. */
export function sealMark(sealed: Buffer): Buffer {
  return sealed.subarray(0, 1 + OVERHEAD);
}

export function createSubjectKey(bytes: Buffer): SubjectKey {
  const key = createSecretKey(bytes);
  return {
    destroyed: false,
    seal: (plaintext, associatedData) => {
      const sealed = encrypt(key, plaintext, associatedData, 1);
      sealed[0] = FORMAT;
      return sealed;
    },
    open: (sealed, associatedData) => {
      if (sealed[0] !== FORMAT) throw damaged();
      return decrypt(key, sealed, associatedData, 1);
    },
  };
}

const refuse = (): never => {
  throw new LedgerbellError('erased', 'The data was erased: its key is destroyed');
};

export const DESTROYED_KEY: SubjectKey = { destroyed: true, seal: refuse, open: refuse };
