/** Writes the text of one alert: the recipient's locale and zone, the discreet variant where it is due. */
import { LedgerbellError } from '../../contracts/errors.js';
import type { Frame } from '../rules/frame.js';
import type { CompiledRule } from '../rules/rule-set.js';
import { messageScope } from './scope.js';

export interface ComposedText {
  locale: string;
  text: string;
  discreet: boolean;
}

const NEUTRAL_WORDS: Readonly<Record<string, string>> = { en: '(hidden)', et: '(varjatud)' };

/** @throws LedgerbellError when no text fits or a value is missing */
export function composeText(rule: CompiledRule, frame: Frame): ComposedText {
  const { settings } = frame.context;
  const wanted = frame.recipient?.locale ?? settings.locale;
  const locale = chooseLocale([...rule.texts.keys()], wanted, settings.locale);
  const texts = locale === undefined ? undefined : rule.texts.get(locale);
  if (locale === undefined || texts === undefined) throw new LedgerbellError('message-unknown', 'The rule has no text');
  const discreet = isDiscreet(rule, frame) && texts.discreet !== undefined;
  const chosen = discreet && texts.discreet !== undefined ? texts.discreet : texts.text;
  const language = locale.split('-')[0] ?? locale;
  const neutral = settings.neutralWords?.[language] ?? NEUTRAL_WORDS[language] ?? '***';
  const text = chosen.render(messageScope(rule, frame, neutral), {
    // Formats follow the customer's region where it is one of the text's language.
    locale: wanted.split('-')[0] === language ? wanted : locale,
    timeZone: frame.recipient?.timeZone ?? settings.timeZone,
  });
  return { locale, text, discreet };
}

/** The exact locale, else its language, else the house's, else the first there is. */
export function chooseLocale(available: readonly string[], wanted: string, fallback: string): string | undefined {
  const candidates = [wanted, wanted.split('-')[0], fallback, fallback.split('-')[0]];
  return candidates.find((candidate) => candidate !== undefined && available.includes(candidate)) ?? available[0];
}

/** Lock screens show messages to whoever is near: joint accounts, debts and those who ask get the discreet text. */
function isDiscreet(rule: CompiledRule, { recipient, context }: Frame): boolean {
  if (rule.document.discreet === true || recipient?.discreet === true) return true;
  return context.account !== undefined && context.recipients.length > 1;
}
