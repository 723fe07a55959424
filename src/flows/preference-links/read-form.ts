/**
 * What a customer filled in, as the document of their choices. Only what the page showed is changed: a topic that came into
 * being while the page was open keeps its default.
 */
import type { PreferencesDocument, TopicPreference } from '../../contracts/customer.js';
import type { Json } from '../../contracts/json.js';
import type { Choices, LimitChoice, TopicChoice } from './choices.js';

/** Names of fields to what was filled in; boxes that are not ticked are absent. */
export type Form = ReadonlyMap<string, readonly string[]>;

export interface FormMistake {
  /** The name of the field. */
  field: string;
  /** As of a problem, or `time-malformed`, `times-incomplete`, `language-unknown`. */
  code: string;
}

export interface FormReading {
  document: PreferencesDocument;
  /** Topics that need a consent, and whether the customer now gives it. */
  consents: { topic: string; granted: boolean }[];
  /** Absent where it stays as it is. */
  language?: string;
  mistakes: FormMistake[];
}

export const FIELD = {
  /** Each topic that the page showed. */
  shown: 'shown',
  language: 'language',
  quietFrom: 'quiet/from',
  quietTo: 'quiet/to',
  phrase: 'phrase/text',
  phraseLockScreen: 'phrase/lockScreen',
  phraseCodes: 'phrase/codes',
  wanted: (topic: string): string => `wanted/${topic}`,
  limit: (topic: string, { parameter, currency }: Pick<LimitChoice, 'parameter' | 'currency'>): string =>
    ['limit', topic, parameter, ...(currency === undefined ? [] : [currency])].join('/'),
} as const;

export function readForm(form: Form, choices: Choices): FormReading {
  const shown = new Set(form.get(FIELD.shown));
  const topics = choices.topics.filter(({ name }) => shown.has(name));
  const mistakes: FormMistake[] = [];
  const quietHours = readQuietHours(form, mistakes);
  const text = typedIn(form, FIELD.phrase);
  const isOn = (field: string): boolean => form.has(field);
  const phrase = { text, lockScreen: isOn(FIELD.phraseLockScreen), codes: isOn(FIELD.phraseCodes) };
  const { topics: before = {}, quietHours: _quiet, phrase: _phrase, ...rest } = choices.preferences;
  const chosen = { ...before };
  for (const topic of topics) {
    const preference = readTopic(form, topic, before[topic.name] ?? {});
    if (Object.keys(preference).length === 0) delete chosen[topic.name];
    else chosen[topic.name] = preference;
  }
  const language = readLanguage(form, choices, mistakes);
  return {
    document: {
      ...rest,
      ...(Object.keys(chosen).length === 0 ? {} : { topics: chosen }),
      ...(quietHours === undefined ? {} : { quietHours }),
      ...(text === '' ? {} : { phrase }),
    },
    consents: topics
      .filter(({ consent, name, wanted }) => consent === 'opt-in' && wanted !== form.has(FIELD.wanted(name)))
      .map(({ name }) => ({ topic: name, granted: form.has(FIELD.wanted(name)) })),
    ...(language === undefined ? {} : { language }),
    mistakes,
  };
}

/** As it was typed, without what surrounds it. */
export function typedIn(form: Form, field: string): string {
  return form.get(field)?.[0]?.trim() ?? '';
}

/** Saying nothing is the default of every topic, so what is wanted is not written down. */
function readTopic(form: Form, topic: TopicChoice, before: TopicPreference): TopicPreference {
  const isWanted = form.has(FIELD.wanted(topic.name));
  const parameters: Record<string, Json> = { ...before.parameters };
  for (const limit of topic.limits) readLimit(form, topic.name, limit, parameters);
  return {
    ...(topic.consent === 'opt-out' && !isWanted ? { wanted: false } : {}),
    ...(Object.keys(parameters).length === 0 ? {} : { parameters }),
  };
}

/** An empty field is the bank's own value. What is no value at all is passed on: the check of choices names it. */
function readLimit(form: Form, topic: string, limit: LimitChoice, parameters: Record<string, Json>): void {
  const field = FIELD.limit(topic, limit);
  const typed = typedIn(form, field);
  const { parameter, currency = '' } = limit;
  if (limit.options !== undefined) {
    readOptions(form.get(field) ?? [], limit, parameters);
    return;
  }
  if (limit.type === 'money') {
    const amounts = { ...(parameters[parameter] as Record<string, Json> | undefined) };
    if (typed === '') delete amounts[currency];
    else amounts[currency] = plainNumber(typed);
    if (Object.keys(amounts).length === 0) delete parameters[parameter];
    else parameters[parameter] = amounts;
  } else if (typed === '') delete parameters[parameter];
  else if (limit.type === 'texts') parameters[parameter] = typed.split(/\s*\n\s*/);
  else parameters[parameter] = isNumber(typed) ? Number(plainNumber(typed)) : typed;
}

/** The bank's own choice, ticked as it was shown, stays the bank's own. */
function readOptions(ticked: readonly string[], limit: LimitChoice, parameters: Record<string, Json>): void {
  const isUntouched = limit.value === undefined && ticked.join('\n') === (limit.default ?? '');
  if (isUntouched) delete parameters[limit.parameter];
  else parameters[limit.parameter] = [...ticked];
}

/** `1 000,50` and `1000.50` are the same amount. */
function plainNumber(typed: string): string {
  return typed.replace(/[\s\u00a0\u202f]/g, '').replace(',', '.');
}

function isNumber(typed: string): boolean {
  return /^-?\d+(?:\.\d+)?$/.test(plainNumber(typed));
}

const TIME = /^([01]?\d|2[0-3])[:.]([0-5]\d)(?::00)?$/;

function readQuietHours(form: Form, mistakes: FormMistake[]): PreferencesDocument['quietHours'] {
  const [from, to] = [FIELD.quietFrom, FIELD.quietTo].map((field) => {
    const typed = typedIn(form, field);
    const [, hours, minutes] = TIME.exec(typed) ?? [];
    if (typed !== '' && hours === undefined) mistakes.push({ field, code: 'time-malformed' });
    return typed === '' ? '' : `${hours?.padStart(2, '0')}:${minutes}`;
  });
  if (from === undefined || to === undefined || (from === '' && to === '')) return undefined;
  if (from === '') mistakes.push({ field: FIELD.quietFrom, code: 'times-incomplete' });
  if (to === '') mistakes.push({ field: FIELD.quietTo, code: 'times-incomplete' });
  return { from, to };
}

function readLanguage(form: Form, { languages, locale }: Choices, mistakes: FormMistake[]): string | undefined {
  const chosen = typedIn(form, FIELD.language);
  if (chosen === '' || chosen === locale.split('-')[0]) return undefined;
  if (languages.includes(chosen)) return chosen;
  mistakes.push({ field: FIELD.language, code: 'language-unknown' });
  return undefined;
}
