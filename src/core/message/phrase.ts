/** A phrase of the customer's own: whoever imitates the bank does not know it. Cleaned and short, since every SMS pays for it. */
import { LedgerbellError } from '../../contracts/errors.js';
import { sanitiseOutside } from './sanitise.js';

export const SHORTEST_PHRASE = 3;
export const LONGEST_PHRASE = 30;

/** As many characters as are looked at before the phrase is refused as too long. */
const LONGEST_TYPED = 200;

/**
 * The phrase as it is kept: one line, without marks that would hide in it, in GSM-7 where possible.
 * @throws LedgerbellError `phrase-unfit`; the message never holds the phrase
 */
export function cleanPhrase(typed: string): string {
  const plain = typed.slice(0, LONGEST_TYPED).replace(/["“”„«»]/g, '');
  const clean = sanitiseOutside(plain, { maximum: LONGEST_TYPED, neutral: '' }).trim();
  const length = Array.from(clean).length;
  if (clean === '' && plain.trim() !== '') throw unfit('It must hold no link, number to call or hidden characters');
  if (length < SHORTEST_PHRASE) throw unfit(`It needs at least ${SHORTEST_PHRASE} characters`);
  if (length > LONGEST_PHRASE) throw unfit(`It has at most ${LONGEST_PHRASE} characters`);
  return clean;
}

function unfit(message: string): LedgerbellError {
  return new LedgerbellError('phrase-unfit', message);
}
