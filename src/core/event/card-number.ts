/** Finds card numbers (PAN, ISO/IEC 7812) in text and masks them to their last four digits. */

/** A run of digits with single spaces or dashes between them, not part of a longer word, a decimal fraction or a phone number. */
const DIGIT_RUN = /(?<![\p{L}\d+]|\d\.)\d(?:[ \u00a0\u2009\u202f\u2010-\u2013-]?\d){12,}/gu;
const QUICK = /\d(?:[^\p{L}\d]?\d){12}/u;
const SEPARATOR = /\D/;
const SEPARATORS = /\D/g;
const MOST_GROUPS = 5;
const LETTER = /^\p{L}/u;
const IBAN = /(?<![\p{L}\d])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![\p{L}\d])/gu;

/** Where cards are: 2131 and 22 to 27 (so that dates such as 2026... are not), then 3 to 6. */
const ISSUER = /^(?:2131|2[2-7]|[3-6])/;
const SHORTEST = 13;
const LONGEST = 19;

export function isCardNumber(digits: string): boolean {
  return digits.length >= SHORTEST && digits.length <= LONGEST && ISSUER.test(digits) && luhn(digits);
}

export function masked(digits: string): string {
  return `**** ${digits.slice(-4)}`;
}

/** The same text, each card number in it replaced by `**** 1234`. Valid IBANs are left alone. */
export function maskCardNumbers(text: string): string {
  if (text.length < SHORTEST || !QUICK.test(text)) return text;
  let ibans: [number, number][] | undefined;
  return text.replace(DIGIT_RUN, (run: string, at: number) => {
    const end = at + run.length;
    ibans ??= ibanRanges(text);
    if (ibans.some(([from, to]) => at < to && end > from)) return run;
    return maskRun(run, LETTER.test(text.slice(end, end + 2)));
  });
}

/** A run can be a number, a space and an expiry date: so every stretch of whole groups is tried, the longest first. */
function maskRun(run: string, lastGroupIsPartOfWord: boolean): string {
  const groups = run.split(SEPARATOR);
  const separators = run.match(SEPARATORS) ?? [];
  const count = lastGroupIsPartOfWord ? groups.length - 1 : groups.length;
  let result = '';
  for (let from = 0; from < groups.length; ) {
    const to = cardEnd(groups, from, count);
    result += to > from ? masked(groups.slice(from, to).join('')) : groups[from];
    from = Math.max(to, from + 1);
    result += separators[from - 1] ?? '';
  }
  return result;
}

/** The end of the card number that starts with group `from`, or `from`. Its groups have four digits or more (4-4-4-4, 4-6-5); only the last may be shorter. */
function cardEnd(groups: string[], from: number, count: number): number {
  for (let to = Math.min(count, from + MOST_GROUPS); to > from; to -= 1) {
    const inner = groups.slice(from, to - 1);
    if (inner.every((group) => group.length >= 4) && isCardNumber(groups.slice(from, to).join(''))) return to;
  }
  return from;
}

function luhn(digits: string): boolean {
  let sum = 0;
  for (let at = digits.length - 1, double = false; at >= 0; at -= 1, double = !double) {
    const digit = digits.charCodeAt(at) - 48;
    sum += double ? (digit > 4 ? digit * 2 - 9 : digit * 2) : digit;
  }
  return sum % 10 === 0;
}

function ibanRanges(text: string): [number, number][] {
  return [...text.matchAll(IBAN)]
    .filter(([iban]) => isIban(iban.replaceAll(' ', '')))
    .map((match) => [match.index, match.index + match[0].length]);
}

/** ISO 13616: moved to the end, letters as 10 to 35, the remainder by 97 is 1. */
function isIban(iban: string): boolean {
  let remainder = 0;
  for (const character of iban.slice(4) + iban.slice(0, 4)) {
    for (const digit of String(Number.parseInt(character, 36))) remainder = (remainder * 10 + Number(digit)) % 97;
  }
  return remainder === 1;
}
