/**
 * Text from outside is hostile: a one-cent transfer named "Blocked, call +372..." must not become a genuine bank SMS
 * (semantics, line 21). What can be cleaned is cleaned; what invites the reader to call, click or answer is replaced
 * whole, because half of an attacker's sentence is still the attacker's. In doubt it is replaced: a neutral word costs
 * the customer a name, the other mistake costs the account.
 *
 * Not covered, on purpose: digits spelled as words (seven do not fit under the cap), and numbers shorter than seven
 * digits without `+`, which are also postcodes and shop numbers.
 */
import { normalise } from './normalise.js';

export interface OutsideOptions {
  /** Longest result in characters. Default 40. */
  maximum?: number;
  /** What stands in for a text that must not be shown. */
  neutral: string;
}

const DEFAULT_MAXIMUM = 40;
/** Read no further than this many UTF-16 units: beyond the cap nothing is shown anyway. */
const LONGEST_READ = 1000;

/** The value made safe to show in an SMS, or the neutral word. An empty value stays empty. */
export function sanitiseOutside(value: string, options: OutsideOptions): string {
  if (value === '') return '';
  const clean = cleanText(value.slice(0, LONGEST_READ));
  if (clean === '' || isInvitation(clean)) return options.neutral;
  return capped(clean, options.maximum ?? DEFAULT_MAXIMUM);
}

const BREAKS = /[\t\n\v\f\r\u0085\u2028\u2029]+/g;
/** Control, format (bidi, zero width, tags), lone surrogate, private and unassigned characters, and the invisible. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Default_Ignorable_Code_Point}\u2800\ufffc\ufffd]/gu;
const PILED_MARKS = /(\p{M}{2})\p{M}+/gu;

/** NFKC undoes full-width, circled and styled letters; it can make breaks and marks visible again, so it comes in between. */
function cleanText(value: string): string {
  const visible = value.replace(BREAKS, ' ').replace(INVISIBLE, '');
  const composed = normalise(normalise(visible).normalize('NFKC'));
  return composed.slice(0, LONGEST_READ).replace(INVISIBLE, '').replace(PILED_MARKS, '$1').replace(/\s+/g, ' ').trim();
}

function capped(text: string, maximum: number): string {
  const characters = Array.from(text);
  return characters.length <= maximum ? text : characters.slice(0, maximum).join('').trimEnd();
}

/** Holds a link, a one-time code bound to a site, a handle, a number to call, or a code to dial. */
function isInvitation(text: string): boolean {
  const skeleton = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  return isLink(skeleton) || isContact(skeleton) || isNumber(plainDigits(skeleton));
}

const LINKS = [
  /:\s?\/\s?\//,
  /\bh(?:tt|xx)ps?\b/,
  /\bwww\d?\b/,
  /\b(?:tel|sms|smsto|mailto|whatsapp|tg|viber|data|javascript):/,
  // A domain, or the end of one whose beginning is in another field. The dot of other scripts counts as one in addresses.
  /[.\u3002]\p{L}{2}/u,
  // The dot spelled out or set apart: "bank[.]com", "bank (dot) com", "bank . com", "bank, com".
  /[\p{L}\p{N}] ?[([{<] ?(?:[.,\u3002]|dot|punkt) ?[)\]}>] ?\p{L}{2}/u,
  /[\p{L}\p{N}] [.\u3002] ?\p{L}{2}/u,
  /[\p{L}\p{N}] ?(?:[.,\u3002]| dot| punkt) ?(?:com|net|org|info|biz|eu|ee|io|ru)\b/u,
  /\b\d{1,3}(?:\.\d{1,3}){3}\b/,
];

function isLink(skeleton: string): boolean {
  return LINKS.some((pattern) => pattern.test(skeleton));
}

const CONTACTS = [
  // `@host #code`: phones offer such a code to the site it names.
  /@\s?[\p{L}\p{N}].*#\s?[\p{L}\p{N}]/u,
  /(?:^|[^\p{L}\p{N}])@[\p{L}\p{N}_]{3}/u,
  /[\p{L}\p{N}]@[\p{L}\p{N}]/u,
];

function isContact(skeleton: string): boolean {
  return CONTACTS.some((pattern) => pattern.test(skeleton));
}

const DIGIT = /\d/g;
/** From a digit on: digits with at most a few marks, or one letter, between two of them. */
const DIGIT_RUN = /\d(?:[^\p{L}\d]{0,4}\p{L}?[^\p{L}\d]{0,4}\d)*/gu;
const FEWEST_PHONE_DIGITS = 7;

const NUMBERS = [
  // With a plus it is a number to call however short.
  /(?:^|[^\p{L}\d])\+[^\p{L}\d]{0,2}\d[^\p{L}\d]?\d[^\p{L}\d]?\d/u,
  // Letters on the keypad: 1-800-BANKING.
  /\b(?:1[ .-])?8(?:00|33|44|55|66|77|88)-\p{L}{2}/u,
  // Codes the phone itself obeys: *21*number#.
  /[*#]\d[\d*]*#/,
];

function isNumber(skeleton: string): boolean {
  if (NUMBERS.some((pattern) => pattern.test(skeleton))) return true;
  const runs = skeleton.match(DIGIT_RUN) ?? [];
  return runs.some((run) => (run.match(DIGIT)?.length ?? 0) >= FEWEST_PHONE_DIGITS);
}

const ANY_NUMERAL = /[\p{N}\u96f6\u4e00\u4e8c\u4e09\u56db\u4e94\u516d\u4e03\u516b\u4e5d]/gu;
/** Letters that pass for digits: in a word of such letters and digits (55O, l2), and between two digits (5 OO 1). */
const PASSING_WORD = /(?<![\p{L}\d])[\doil|]*\d[\doil|]*(?![\p{L}\d])/gu;
const PASSING_LETTERS = /(?<=\d[^\p{L}\d]?)[oil|]{1,2}(?=[^\p{L}\d]?\d)/gu;

/** Numerals of every script as ASCII digits; which digit does not matter, only that it is one. */
function plainDigits(skeleton: string): string {
  return skeleton
    .replace(ANY_NUMERAL, (numeral) => (numeral >= '0' && numeral <= '9' ? numeral : '0'))
    .replace(PASSING_WORD, (word) => word.replace(/[oil|]/g, '0'))
    .replace(PASSING_LETTERS, (letters) => '0'.repeat(letters.length));
}
