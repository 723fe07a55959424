/**
 * The short code that a genuine SMS can carry, so that whoever got it can ask the bank whether it was theirs. Ten characters
 * of Crockford's base 32, 50 bits: read aloud and typed without mistaking O for 0 or I for 1.
 */

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LENGTH = 10;
const BITS = 5;

/** Stands for a code in texts that are kept, explained or counted: the code itself is made when the message leaves. */
export const MASKED_VERIFY_CODE = '*****-*****';

/** `K7QF2-M9XTB`: the first 50 bits of a keyed hash, of which 7 bytes are read. */
export function verifyCodeOf(hash: Uint8Array): string {
  let value = 0n;
  for (const byte of hash.subarray(0, 7)) value = (value << 8n) | BigInt(byte);
  value >>= 6n;
  let code = '';
  for (let at = LENGTH - 1; at >= 0; at--) code += ALPHABET[Number((value >> BigInt(at * BITS)) & 31n)];
  return grouped(code);
}

/** The code as it was printed, from what somebody typed; undefined where it cannot be one. */
export function readVerifyCode(typed: string): string | undefined {
  if (typed.length > 40) return undefined;
  const plain = typed.toUpperCase().replace(/[\s-]/g, '').replace(/[IL]/g, '1').replace(/O/g, '0');
  return /^[0-9A-HJKMNP-TV-Z]{10}$/.test(plain) ? grouped(plain) : undefined;
}

function grouped(code: string): string {
  return `${code.slice(0, LENGTH / 2)}-${code.slice(LENGTH / 2)}`;
}
