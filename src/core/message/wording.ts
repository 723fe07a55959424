/** A text of the bank's in one of the locales it was written in. */
import type { Wording } from '../../contracts/rule.js';
import { chooseLocale } from './compose.js';

/** The exact locale, else its language, else `fallback`, else the first there is. */
export function wordingIn(wording: Wording | undefined, locale: string, fallback = 'en'): string | undefined {
  if (wording === undefined || typeof wording === 'string') return wording;
  const chosen = chooseLocale(Object.keys(wording), locale, fallback);
  return chosen === undefined ? undefined : wording[chosen];
}
