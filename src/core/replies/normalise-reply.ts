/**
 * How replies and the words of the policies are compared: without case, punctuation and diacritics. Compatibility forms (full
 * width, mathematical letters) are the letters they stand for; letters of another script that only look alike are not, so
 * that nobody can make a bank read a YES that a person would not have typed.
 */

/** Upper case without marks, punctuation, symbols and invisible characters, single spaces between words. */
export function normaliseReply(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/\p{Cf}/gu, '')
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toUpperCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
