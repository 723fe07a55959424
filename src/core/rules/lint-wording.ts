/** Words that a bank's SMS must not hold: what criminals write, genuine texts never do. */
import type { Lane } from '../../contracts/rule.js';
import type { Report } from './lint-report.js';
import type { Place } from './rule-file.js';

const OUTPUT = /\{\{.*?\}\}|\{%.*?%\}/gs;
const LINK = /https?:\/\/|\bwww\.|\b[a-z0-9-]+\.(?:com|net|org|eu|ee|lv|lt|fi|cz|de|uk|io|app|link|info|biz)\b/i;
const PHONE = /(?:\+|\b)\d(?:[ ()./-]?\d){6,}\b/;
const ASK = String.raw`\b(?:enter|send|reply|give|tell|provide|type|share|confirm|submit|text|sisesta\w*|saat\w*|vasta\w*|edasta\w*|teata\w*|kinnita\w*|kirjuta\w*)\b`;
const SECRET = String.raw`\b(?:pins?|pin-?(?:code|kood\w*)|passwords?|passcodes?|cvv|cvc|one-time codes?|parool\w*|salas\w*|turvakood\w*)\b`;
const ASKS_SECRET = new RegExp(`${ASK}[^.!?]{0,60}${SECRET}`, 'i');
/** "We never ask you to send your PIN" is good advice. */
const NEVER = /\b(?:never|not|don't|ei|mitte|kunagi|\u00e4rge|\u00e4ra)\b/i;

export function lintWording(source: string, lane: Lane, place: Place, report: Report): void {
  const words = source.replace(OUTPUT, ' ');
  if (lane === 'otp' || lane === 'security') {
    if (LINK.test(words)) {
      const message = `a text in the ${lane} lane holds a link: customers learn to press links in such texts`;
      report(place, { code: 'text-link', message, fix: 'Say where to look: the app, the number on the card' });
    }
    if (PHONE.test(words)) {
      const message = `a text in the ${lane} lane holds a phone number: customers learn to call what a text says`;
      report(place, { code: 'text-phone', message, fix: 'Write "the number on your card"' });
    }
  }
  const asks = words.split(/[.!?]/).some((sentence) => ASKS_SECRET.test(sentence) && !NEVER.test(sentence));
  if (asks) {
    const message = 'the text asks for a PIN, password or code';
    report(place, { code: 'text-asks-secret', message, fix: 'A bank never asks for these; say what happened instead' });
  }
}
