/** Reads what a customer answered. A word counts as the whole message; a STOP inside a sentence only where the policy says so. */
import { normaliseReply } from './normalise-reply.js';
import { REPLY_WORDS, type ReplyPolicy, type ReplyWord } from './policy.js';

/** `unclear`: the country's own doubt about a word. `none`: no word that means anything here. */
export type ReadReply = ReplyWord | 'unclear' | 'none';

/** A longer text is no answer of one word, and no STOP hides behind it. */
const LONGEST = 1_600;
/** What counts inside a sentence, where the country's policy says so. */
const SENTENCE_STOPS = /\b(?:STOP|UNSUBSCRIBE|OPT OUT|REVOKE)\b/;
const DENIAL = /\b(?:NOT|DONT|DON T|NEVER)\b/;

export function readReply(text: string, policy: ReplyPolicy): ReadReply {
  if (text.length > LONGEST) return 'none';
  const said = withoutRepeats(normaliseReply(text));
  if (said === '') return 'none';
  if (policy.unclear.has(said)) return 'unclear';
  const word = REPLY_WORDS.find((kind) => policy.words.get(kind)?.has(said));
  if (word !== undefined) return word;
  return policy.sentences && SENTENCE_STOPS.test(said) && !DENIAL.test(said) ? 'stop' : 'none';
}

/** `STOP STOP STOP` is one STOP. */
function withoutRepeats(said: string): string {
  const words = new Set(said.split(' '));
  return words.size === 1 ? ([...words][0] as string) : said;
}
