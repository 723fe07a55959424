/**
 * Typographic characters written the way GSM-7 can carry them. One narrow no-break space from `Intl` would otherwise
 * turn a text of 160 characters a part into one of 70. Letters are never changed: õ or č costs what it costs.
 */

const REPLACEMENTS: [characters: string, replacement: string][] = [
  ['\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000', ' '],
  ['\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d', '-'],
  ['\u2018\u2019\u201a\u201b\u2032\u2035\u2039\u203a\u02bc\u02b9\u00b4\u0060', "'"],
  ['\u201c\u201d\u201e\u201f\u2033\u2036\u00ab\u00bb', '"'],
  ['\u2026', '...'],
  ['\u00ad\ufeff\u2060', ''],
];

const REPLACEMENT_OF = new Map(
  REPLACEMENTS.flatMap(([characters, replacement]) =>
    Array.from(characters, (one): [string, string] => [one, replacement]),
  ),
);
const REPLACED = new RegExp(`[${REPLACEMENTS.map(([characters]) => characters).join('')}]`, 'g');

export function normalise(text: string): string {
  return text.normalize('NFC').replace(REPLACED, (character) => REPLACEMENT_OF.get(character) ?? character);
}
