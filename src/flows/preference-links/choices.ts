/** All that a customer can choose, with what they chose so far: what the page of a link shows. */
import type { Knex } from 'knex';
import type { PreferencesDocument } from '../../contracts/customer.js';
import type { Parameter, Topic, Wording } from '../../contracts/rule.js';
import type { CompiledRule } from '../../core/rules/rule-set.js';
import { accountsOf, getAccount } from '../../store/accounts.js';
import { loadContexts } from '../../store/contexts.js';
import type { CustomerRecord } from '../../store/customers.js';
import { getPreferences } from '../../store/preferences.js';
import type { House } from '../house.js';
import { registeredCustomer } from '../registered.js';

export interface Choices {
  entity: string;
  customer: CustomerRecord;
  /** The customer's, else the house's. */
  locale: string;
  timeZone: string;
  topics: TopicChoice[];
  preferences: PreferencesDocument;
  /** Of messages: those that the rules have texts in. */
  languages: string[];
  /** Whether a STOP from the customer's number ended something. */
  stopped: boolean;
}

export interface TopicChoice {
  name: string;
  consent: Topic['consent'];
  wanted: boolean;
  title?: Wording;
  about?: Wording;
  because?: Wording;
  limits: LimitChoice[];
}

/** One value of the customer's own, of a parameter that the bank lets them change. */
export interface LimitChoice {
  parameter: string;
  type: Parameter['type'];
  title?: Wording;
  /** Of an amount. */
  currency?: string;
  /** Absent where the bank's own counts. Lists have a line for each. */
  value?: string;
  default?: string;
  min?: string;
  max?: string;
  /** The only texts of a list that may be chosen. */
  options?: readonly string[];
}

/** @throws LedgerbellError `customer-unknown`, `erased` */
export async function readChoices(
  house: House,
  trx: Knex.Transaction,
  entity: string,
  customerId: string,
): Promise<Choices> {
  const { vault, settings } = house;
  const customer = await registeredCustomer(vault, trx, entity, customerId);
  const { document: preferences } = await getPreferences(vault, trx, entity, customerId);
  const contexts = await loadContexts(vault, trx, entity, { accountIds: [], customerIds: [customerId] });
  const { consents = {}, stops = [] } = contexts.customers.get(customerId) ?? {};
  const currencies = await currenciesOf(house, trx, entity, customerId);
  const { rules, source } = house.ruleSet();
  const own = rules.filter(({ document }) => document.notify !== 'bank');
  const names = [...Object.keys(source.topics), ...own.map(({ document }) => document.topic)];
  const topics = [...new Set(names)].flatMap((name) => {
    const ofTopic = own.filter(({ document }) => document.topic === name);
    return ofTopic.length === 0 ? [] : [topicChoice(name, ofTopic, { preferences, consents, currencies })];
  });
  return {
    entity,
    customer,
    locale: customer.document.locale ?? settings.locale,
    timeZone: customer.document.timeZone ?? settings.timeZone,
    topics,
    preferences,
    languages: [...new Set(own.flatMap(({ texts }) => [...texts.keys()].map(languageOf)))].sort(),
    stopped: stops.length > 0,
  };
}

export function languageOf(locale: string): string {
  return (locale.split('-')[0] ?? locale).toLowerCase();
}

interface Known {
  preferences: PreferencesDocument;
  consents: Readonly<Record<string, boolean>>;
  currencies: readonly string[];
}

function topicChoice(name: string, rules: readonly CompiledRule[], known: Known): TopicChoice {
  const { topic, document } = rules[0] as CompiledRule;
  const consent = rules.some(({ lane }) => lane === 'marketing') ? 'opt-in' : topic.consent;
  const refused = known.preferences.topics?.[name]?.wanted === false;
  const wanted = consent === 'opt-in' ? known.consents[name] === true && !refused : !refused;
  return {
    name,
    consent,
    wanted: consent === 'mandatory' || wanted,
    title: topic.title,
    about: topic.about ?? document.description,
    because: topic.because,
    limits: limitsOf(name, rules, known),
  };
}

function limitsOf(name: string, rules: readonly CompiledRule[], known: Known): LimitChoice[] {
  const found = new Map<string, Parameter>();
  for (const { document } of rules) {
    for (const [parameter, definition] of Object.entries(document.parameters ?? {})) {
      // Where rules share a parameter, what is saved has to suit each; one of them is described.
      if (definition.customerMayChange !== undefined && !found.has(parameter)) found.set(parameter, definition);
    }
  }
  const titles = rules[0]?.topic.limits ?? {};
  return [...found].flatMap(([parameter, definition]) => {
    const own = known.preferences.topics?.[name]?.parameters?.[parameter];
    return valuesOf(definition, own, known.currencies).map((value) => ({
      parameter,
      type: definition.type,
      title: titles[parameter],
      ...value,
    }));
  });
}

type Values = Pick<LimitChoice, 'currency' | 'value' | 'default' | 'min' | 'max' | 'options'>;

function valuesOf(definition: Parameter, own: unknown, currencies: readonly string[]): Values[] {
  switch (definition.type) {
    case 'money':
      return amountsOf(definition, (own ?? {}) as Record<string, string>, currencies);
    case 'number': {
      const { min, max } = definition.customerMayChange ?? {};
      return [{ value: text(own), default: text(definition.default), min: text(min), max: text(max) }];
    }
    case 'texts':
      return [
        {
          value: Array.isArray(own) ? own.join('\n') : undefined,
          default: definition.default.join('\n') || undefined,
          options: definition.of,
        },
      ];
  }
}

/** In the currencies of the customer's accounts and of what they chose before; without any, in those the bank named. */
function amountsOf(
  definition: Extract<Parameter, { type: 'money' }>,
  own: Readonly<Record<string, string>>,
  currencies: readonly string[],
): Values[] {
  const { min = {}, max = {} } = definition.customerMayChange ?? {};
  const theirs = [...new Set([...currencies, ...Object.keys(own)])];
  const shown = theirs.length > 0 ? theirs : Object.keys(definition.default);
  return shown.map((currency) => ({
    currency,
    value: own[currency],
    default: definition.default[currency],
    min: min[currency],
    max: max[currency],
  }));
}

async function currenciesOf({ vault }: House, trx: Knex.Transaction, entity: string, id: string): Promise<string[]> {
  const currencies = new Set<string>();
  for (const accountId of await accountsOf(vault, trx, entity, id)) {
    const account = await getAccount(vault, trx, entity, accountId);
    if (account?.document.currency !== undefined) currencies.add(account.document.currency);
  }
  return [...currencies].sort();
}

function text(value: unknown): string | undefined {
  return typeof value === 'number' ? String(value) : undefined;
}
