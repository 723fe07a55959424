/** Characters that make an SMS cost twice as much, and the line by which a browser fills a code in. */
import type { Lane } from '../../contracts/rule.js';
import { normalise } from '../message/normalise.js';
import { fitsGsm7 } from '../message/segments.js';
import type { Report } from './lint-report.js';
import type { Place } from './rule-file.js';

const OUTPUT = /\{\{.*?\}\}|\{%.*?%\}/gs;

/** What an editor puts in by itself, and what only looks nice. Letters of a language are never reported: they cost what they cost. */
export function lintTypography(source: string, place: Place, report: Report): void {
  const words = source.replace(OUTPUT, ' ');
  const smart = [...new Set(words)].filter((one) => normalise(one) !== one.normalize('NFC'));
  if (smart.length > 0) {
    const message = `the text holds ${listed(smart)}: such characters make every SMS hold 70 characters instead of 160`;
    const instead = [...new Set(smart.map((one) => normalise(one)))].map((one) => JSON.stringify(one)).join(', ');
    report(place, { code: 'text-typography', message, fix: `Type ${instead} instead` });
  }
  const symbols = [...new Set(normalise(words))].filter((one) => !fitsGsm7(one) && !/[\p{L}\p{M}]/u.test(one));
  const others = [...normalise(words)].filter((one) => !symbols.includes(one)).join('');
  if (symbols.length > 0 && fitsGsm7(others)) {
    const message = `without ${listed(symbols)} the text would fit GSM-7; with it, an SMS holds 70 characters instead of 160`;
    report(place, { code: 'text-costly-symbol', severity: 'warning', message, fix: 'Say it in words' });
  }
}

function listed(characters: readonly string[]): string {
  return characters.map((one) => `${one} (U+${codeOf(one)})`).join(', ');
}

function codeOf(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
}

const BROWSER_LINE = /@[^\s@#]+ #/;
const WELL_FORMED = /(?:^|\n)@(?:[a-z0-9-]+\.)+[a-z]{2,24} #\{\{-? ?[a-z.]+ ?-?\}\}(?: %[a-z0-9.-]+)?$/;

/** `@bank.example #{{ code }}`: only in codes, and the very last line, or no browser finds it. */
export function lintBrowserLine(source: string, lane: Lane, place: Place, report: Report): void {
  if (!BROWSER_LINE.test(source)) return;
  if (lane !== 'otp') {
    const message = `only a one-time code may hold a line for the browser, and this text is in the ${lane} lane`;
    report(place, { code: 'text-browser-line', message, fix: 'Take the line with @ and # out' });
  } else if (!WELL_FORMED.test(source)) {
    const message = 'the line for the browser has to be the last one, and nothing but "@host #code"';
    report(place, {
      code: 'text-browser-line',
      message,
      fix: 'End the text with a line such as @bank.example #{{ code }}',
    });
  }
}
