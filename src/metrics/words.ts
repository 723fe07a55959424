/**
 * Words that come from a provider, made fit for a label: short, plain, without long numbers, and so few for each provider
 * that its series stay countable whatever it answers.
 */

/** Different codes of one provider; what comes later is `other`. */
export const MOST_CODES = 50;

const PLAIN = /^[a-z0-9](?:[a-z0-9._:-]{0,46}[a-z0-9])?$/;
/** Could be part of a phone number or an id. */
const LONG_NUMBER = /\d{6}/;

export type Words = (owner: string, word: string | undefined) => string;

/** `none` where there is no word. */
export function createWords(most = MOST_CODES): Words {
  const known = new Map<string, Set<string>>();
  return (owner, word) => {
    if (word === undefined || word === '') return 'none';
    const plain = word.toLowerCase();
    if (!PLAIN.test(plain) || LONG_NUMBER.test(plain)) return 'other';
    const words = known.get(owner) ?? new Set();
    known.set(owner, words);
    if (words.has(plain)) return plain;
    if (words.size >= most) return 'other';
    words.add(plain);
    return plain;
  };
}
