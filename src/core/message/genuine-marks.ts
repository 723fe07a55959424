/** What tells a genuine SMS from an imitation: the code that can be looked up, and the customer's own phrase. */
import type { PhrasePreference } from '../../contracts/customer.js';
import type { Lane } from '../../contracts/rule.js';
import { MASKED_VERIFY_CODE } from './verify-code.js';

export interface GenuineMarks {
  /** Printed where the text asks for it, and below the text where `appended` says with which word. */
  code?: string;
  appended?: string;
  phrase?: PhrasePreference;
}

/** Binds a code to a site for the phone's browser; browsers read it only in the last line. */
const BOUND_CODE = /^@\S+ #\S+/;

/** The text as it leaves. Lines are added below it, but above a line that has to stay the last. */
export function withMarks(text: string, { code, appended, phrase }: GenuineMarks): string {
  const asksForCode = text.includes(MASKED_VERIFY_CODE);
  const body = code === undefined ? text : text.replaceAll(MASKED_VERIFY_CODE, code);
  const first = phrase?.lockScreen === true;
  const quoted = phrase === undefined ? [] : [`"${phrase.text}"`];
  const below = [
    ...(code === undefined || appended === undefined || asksForCode ? [] : [`${appended} ${code}`]),
    ...(first ? [] : quoted),
  ];
  const lines = body.split('\n');
  const last = BOUND_CODE.test(lines.at(-1) ?? '') ? lines.splice(-1) : [];
  return [...(first ? quoted : []), ...lines, ...below, ...last].join('\n');
}

/** Whether the phrase goes with this message. Lock screens get it by choice only, and so do codes. */
export function showsPhrase(
  phrase: Pick<PhrasePreference, 'lockScreen' | 'codes'>,
  { lane, discreet, phone }: { lane: Lane; discreet: boolean; phone: 'current' | 'previous' },
): boolean {
  // Who holds a number that was replaced is not known.
  if (phone === 'previous') return false;
  if (lane === 'otp' && phrase.codes !== true) return false;
  return !discreet || phrase.lockScreen === true;
}
