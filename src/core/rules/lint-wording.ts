/** Words that a bank's SMS must not hold: what criminals write, genuine texts never do. */
import type { Lane, TextPolicy } from '../../contracts/rule.js';
import { hostsIn, isLinkAllowed, isPhoneAllowed, phonesIn } from '../message/links.js';
import type { Report } from './lint-report.js';
import type { Place } from './rule-file.js';

const OUTPUT = /\{\{.*?\}\}|\{%.*?%\}/gs;
const ASK = String.raw`\b(?:enter|send|reply|give|tell|provide|type|share|confirm|submit|text|sisesta\w*|saat\w*|vasta\w*|edasta\w*|teata\w*|kinnita\w*|kirjuta\w*)\b`;
const SECRET = String.raw`\b(?:pins?|pin-?(?:code|kood\w*)|passwords?|passcodes?|cvv|cvc|one-time codes?|parool\w*|salas\w*|turvakood\w*)\b`;
const ASKS_SECRET = new RegExp(`${ASK}[^.!?]{0,60}${SECRET}`, 'i');
/** "We never ask you to send your PIN" is good advice. */
const NEVER = /\b(?:never|not|don't|ei|mitte|kunagi|\u00e4rge|\u00e4ra)\b/i;

export function lintWording(source: string, lane: Lane, policy: TextPolicy, place: Place, report: Report): void {
  // A line that the browser reads names the site a code belongs to; nobody can press it.
  const words = source.replace(OUTPUT, ' ').replace(/@[a-z0-9.-]+ #/gi, ' ');
  const isGrave = lane === 'otp' || lane === 'security';
  const strange = hostsIn(words).filter((host) => !isLinkAllowed(policy, host));
  if (strange.length > 0) {
    const why = isGrave ? 'customers learn to press links in such texts' : 'links are off unless the bank allows them';
    const fix = isGrave
      ? 'Say where to look: the app, the number on the card'
      : 'Leave it out, or allow the host in texts.json for the countries that may have it';
    report(place, { code: 'text-link', message: `a text in the ${lane} lane holds a link: ${why}`, fix });
  }
  if (isGrave && phonesIn(words).some((phone) => !isPhoneAllowed(policy, phone))) {
    const message = `a text in the ${lane} lane holds a phone number: customers learn to call what a text says`;
    report(place, {
      code: 'text-phone',
      message,
      fix: 'Write "the number on your card", or allow the number in texts.json',
    });
  }
  const asks = words.split(/[.!?]/).some((sentence) => ASKS_SECRET.test(sentence) && !NEVER.test(sentence));
  if (asks) {
    const message = 'the text asks for a PIN, password or code';
    report(place, { code: 'text-asks-secret', message, fix: 'A bank never asks for these; say what happened instead' });
  }
}
