/** Holds a customer's choices against what the active rules offer: topics, parameters, and the bounds the bank set. */
import type { PreferencesDocument, TopicPreference } from '../contracts/customer.js';
import type { Json } from '../contracts/json.js';
import type { CurrencyMap, MoneyParameter, NumberParameter, Parameter } from '../contracts/rule.js';
import { parseAmount, type Rates } from '../core/event/money.js';
import { compareRatios, convert, ratio } from '../core/event/ratio.js';
import { cleanPhrase } from '../core/message/phrase.js';
import { wordingIn } from '../core/message/wording.js';
import type { RuleSet } from '../core/rules/rule-set.js';
import { type Mistake, mistakeOf } from './mistakes.js';

export function preferenceMistakes(ruleSet: RuleSet, rates: Rates, document: PreferencesDocument): Mistake[] {
  const mistakes: Mistake[] = [];
  for (const [topic, preference] of Object.entries(document.topics ?? {})) {
    mistakes.push(...topicMistakes(ruleSet, rates, topic, preference));
  }
  const { quietHours } = document;
  if (quietHours !== undefined && quietHours.from === quietHours.to) {
    const message = '`from` and `to` are the same time: that would be quiet all day. Leave quietHours out for none';
    mistakes.push({ path: '/quietHours/to', code: 'request-invalid', message });
  }
  return [...mistakes, ...phraseMistakes(document)];
}

function phraseMistakes({ phrase }: PreferencesDocument): Mistake[] {
  if (phrase === undefined) return [];
  try {
    cleanPhrase(phrase.text);
    return [];
  } catch (error) {
    return [mistakeOf(error, '/phrase/text')];
  }
}

/** As it is stored: what the customer typed is made one clean line. */
export function cleanedPreferences(document: PreferencesDocument): PreferencesDocument {
  if (document.phrase === undefined) return document;
  return { ...document, phrase: { ...document.phrase, text: cleanPhrase(document.phrase.text) } };
}

/** Topics that rules use, and those that topics.json lists without a rule yet. */
export function isTopic({ source, rules }: RuleSet, topic: string): boolean {
  return Object.hasOwn(source.topics, topic) || rules.some(({ document }) => document.topic === topic);
}

function topicMistakes(ruleSet: RuleSet, rates: Rates, topic: string, preference: TopicPreference): Mistake[] {
  const path = `/topics/${escaped(topic)}`;
  if (!isTopic(ruleSet, topic)) return [{ path, code: 'topic-unknown', message: 'No rule has this topic' }];
  const mistakes: Mistake[] = [];
  const rules = ruleSet.rules.filter(({ document }) => document.topic === topic);
  const consent = rules[0]?.topic.consent ?? ruleSet.source.topics[topic]?.consent;
  if (consent === 'mandatory' && preference.wanted === false) {
    const because = wordingIn(ruleSet.source.topics[topic]?.because, 'en');
    const message = `This topic cannot be switched off${because === undefined ? '' : `: ${because}`}`;
    mistakes.push({ path: `${path}/wanted`, code: 'topic-mandatory', message });
  }
  for (const [name, value] of Object.entries(preference.parameters ?? {})) {
    const at = `${path}/parameters/${escaped(name)}`;
    const definitions = rules.flatMap(({ document }) => ownParameter(document.parameters, name) ?? []);
    mistakes.push(...parameterMistakes(definitions, value, rates, at));
  }
  return mistakes;
}

function ownParameter(parameters: Record<string, Parameter> | undefined, name: string): Parameter | undefined {
  return parameters !== undefined && Object.hasOwn(parameters, name) ? parameters[name] : undefined;
}

/** Rules of one topic may share a parameter: the value has to suit each of them that lets customers change it. */
function parameterMistakes(
  definitions: readonly Parameter[],
  value: Json | undefined,
  rates: Rates,
  path: string,
): Mistake[] {
  if (definitions.length === 0) {
    return [{ path, code: 'parameter-unknown', message: 'No rule of this topic has this parameter' }];
  }
  const changeable = definitions.filter(({ customerMayChange }) => customerMayChange !== undefined);
  if (changeable.length === 0) {
    return [{ path, code: 'parameter-fixed', message: 'The bank does not let customers change this parameter' }];
  }
  for (const definition of changeable) {
    const mistakes = valueMistakes(definition, value, rates, path);
    if (mistakes.length > 0) return mistakes;
  }
  return [];
}

function valueMistakes(definition: Parameter, value: Json | undefined, rates: Rates, path: string): Mistake[] {
  switch (definition.type) {
    case 'money':
      return moneyMistakes(definition, value, rates, path);
    case 'number':
      return numberMistakes(definition, value, path);
    case 'texts': {
      const isTexts = Array.isArray(value) && value.every((item) => typeof item === 'string');
      if (!isTexts) return [{ path, code: 'parameter-malformed', message: 'A list of texts is expected' }];
      const { of } = definition;
      const isKnown = of === undefined || value.every((item) => of.includes(String(item)));
      return isKnown ? [] : [outOfBounds(path, `any of ${of.join(', ')}`)];
    }
  }
}

function numberMistakes({ customerMayChange }: NumberParameter, value: Json | undefined, path: string): Mistake[] {
  if (typeof value !== 'number') return [{ path, code: 'parameter-malformed', message: 'A number is expected' }];
  const { min, max } = customerMayChange ?? {};
  if (min !== undefined && value < min) return [outOfBounds(path, `at least ${min}`)];
  if (max !== undefined && value > max) return [outOfBounds(path, `at most ${max}`)];
  return [];
}

function moneyMistakes(
  { customerMayChange }: MoneyParameter,
  value: Json | undefined,
  rates: Rates,
  path: string,
): Mistake[] {
  const isMap = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isMap || Object.keys(value).length === 0) {
    const message = 'Amounts by currency are expected, such as { "EUR": "500.00" }';
    return [{ path, code: 'parameter-malformed', message }];
  }
  const { min, max } = customerMayChange ?? {};
  return Object.entries(value).flatMap(([currency, text]) => {
    const at = `${path}/${escaped(currency)}`;
    try {
      parseAmount(text, currency);
      if (isBeyond(text as string, currency, min, rates, -1))
        return [outOfBounds(at, `at least ${shown(min, currency)}`)];
      if (isBeyond(text as string, currency, max, rates, 1))
        return [outOfBounds(at, `at most ${shown(max, currency)}`)];
      return [];
    } catch (error) {
      return [mistakeOf(error, at)];
    }
  });
}

/** A bound that does not name the currency is converted from one that it does name, exactly. */
function isBeyond(text: string, currency: string, bound: CurrencyMap | undefined, rates: Rates, side: -1 | 1): boolean {
  const [from] = bound === undefined ? [] : Object.hasOwn(bound, currency) ? [currency] : Object.keys(bound);
  const limit = from === undefined ? undefined : bound?.[from];
  if (from === undefined || limit === undefined) return false;
  const amount = ratio(parseAmount(text, currency).minor);
  return compareRatios(amount, convert(parseAmount(limit, from), currency, rates)) === side;
}

function shown(bound: CurrencyMap | undefined, currency: string): string {
  const [from = '', limit = ''] =
    Object.entries(bound ?? {}).find(([name]) => name === currency) ?? Object.entries(bound ?? {})[0] ?? [];
  return `${limit} ${from}`;
}

function outOfBounds(path: string, allowed: string): Mistake {
  return { path, code: 'parameter-out-of-bounds', message: `The bank allows ${allowed}` };
}

function escaped(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}
