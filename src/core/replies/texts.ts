/** What is answered to a reply, in the customer's language: short, in GSM-7, without links, and never a question. */

export type ReplyText = 'stopped' | 'started' | 'help' | 'unclear';

type Texts = Record<ReplyText, (says: { name: string; contact: string }) => string>;

const TEXTS: Readonly<Record<string, Texts>> = {
  en: {
    stopped: ({ name }) =>
      `${name}: you have stopped these messages and get no more of them. What we must tell you still comes. START takes this back.`,
    started: ({ name }) => `${name}: your STOP is taken back. STOP ends these messages again.`,
    help: ({ name, contact }) => `${name}: ${contact} STOP ends messages that you may end.`,
    unclear: ({ name }) =>
      `${name}: we cannot tell which message you answered. Please call us at the number on your card.`,
  },
  et: {
    stopped: ({ name }) =>
      `${name}: need teated on peatatud ja neid rohkem ei tule. Kohustuslikud teated tulevad edasi. START taastab need.`,
    started: ({ name }) => `${name}: Teie STOP on tühistatud. STOP peatab need teated jälle.`,
    help: ({ name, contact }) => `${name}: ${contact} STOP peatab teated, mida saab peatada.`,
    unclear: ({ name }) =>
      `${name}: me ei saanud aru, millisele teatele Te vastasite. Palun helistage kaardil olevale numbrile.`,
  },
};

const DEFAULT_CONTACT: Readonly<Record<string, string>> = {
  en: 'call us at the number on your card.',
  et: 'helistage kaardil olevale numbrile.',
};

export interface ReplyWording {
  /** How the bank calls itself. */
  name: string;
  /** How to reach it, by language; a sentence, which is part of the answer to HELP. */
  contact?: Record<string, string>;
}

/** @param locale BCP 47; English where its language has no texts. Returns the text and the locale it is in. */
export function replyText(
  kind: ReplyText,
  locale: string,
  { name, contact = {} }: ReplyWording,
): { text: string; locale: string } {
  const language = (locale.split('-')[0] ?? '').toLowerCase();
  const chosen = TEXTS[language] === undefined ? 'en' : language;
  const reach = contact[chosen] ?? contact.en ?? DEFAULT_CONTACT[chosen] ?? '';
  return { text: (TEXTS[chosen] as Texts)[kind]({ name, contact: reach }), locale: chosen };
}
