/** What a reply may mean, by the country of the number and the language of the customer: `policies.json`, and what the bank changed of it. */

import { normaliseReply } from './normalise-reply.js';
import shipped from './policies.json' with { type: 'json' };

/** In the order in which they are looked for: what a customer wants to end comes first. */
export const REPLY_WORDS = ['stop', 'help', 'start', 'no', 'yes'] as const;
export type ReplyWord = (typeof REPLY_WORDS)[number];

export type StopCoverage = 'marketing' | 'opt-out';

type WordLists = Partial<Record<ReplyWord, string[]>>;

/** One country of `schemas/reply-policies.schema.json`. */
export interface CountryPolicy {
  stopCovers?: StopCoverage;
  sentences?: boolean;
  confirm?: boolean;
  languages?: string[];
  words?: WordLists;
  unclear?: string[];
  source?: string;
}

export interface ReplyPolicies {
  languages: Record<string, WordLists>;
  countries: Record<string, CountryPolicy>;
}

/** The policy of one number. */
export interface ReplyPolicy {
  stopCovers: StopCoverage;
  sentences: boolean;
  confirm: boolean;
  /** Normalised. */
  words: ReadonlyMap<ReplyWord, ReadonlySet<string>>;
  unclear: ReadonlySet<string>;
}

/** A country that the bank names replaces what is shipped setting by setting; its word lists are added to those of the languages. */
export function withOverrides(overrides: Record<string, CountryPolicy> = {}): ReplyPolicies {
  const { languages, countries } = shipped as unknown as ReplyPolicies;
  const changed = Object.entries(overrides).map(([country, policy]) => [country, { ...countries[country], ...policy }]);
  return { languages, countries: { ...countries, ...Object.fromEntries(changed) } };
}

/** @param country ISO 3166 of the number, if it has one. @param locales BCP 47, of the customers it belongs to */
export function replyPolicy(
  { languages, countries }: ReplyPolicies,
  country: string | undefined,
  locales: readonly string[] = [],
): ReplyPolicy {
  const own = { ...countries.default, ...(country === undefined ? {} : countries[country]) };
  const spoken = new Set(['en', ...(own.languages ?? []), ...locales.map(languageOf)]);
  const lists = [...spoken].map((language) => languages[language]).concat(own.words);
  const unclear = new Set((own.unclear ?? []).map(normaliseReply));
  const wordsOf = (kind: ReplyWord): ReadonlySet<string> =>
    new Set(lists.flatMap((list) => list?.[kind] ?? []).map(normaliseReply));
  return {
    stopCovers: own.stopCovers ?? 'marketing',
    sentences: own.sentences ?? false,
    confirm: own.confirm ?? true,
    words: new Map(REPLY_WORDS.map((kind) => [kind, wordsOf(kind)])),
    unclear,
  };
}

function languageOf(locale: string): string {
  return (locale.split('-')[0] ?? '').toLowerCase();
}
