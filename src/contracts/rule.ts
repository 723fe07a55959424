import type { EventType } from './event.js';
import type { Json, JsonObject } from './json.js';

/** What leaves first when everything waits. */
export const LANES = ['otp', 'security', 'service', 'marketing'] as const;
export type Lane = (typeof LANES)[number];

/** `{ "EUR": "1000.00", "CZK": "25000.00" }` */
export type CurrencyMap = Record<string, string>;

export interface MoneyParameter {
  type: 'money';
  default: CurrencyMap;
  customerMayChange?: { min?: CurrencyMap; max?: CurrencyMap };
}
export interface NumberParameter {
  type: 'number';
  default: number;
  customerMayChange?: { min?: number; max?: number };
}
export interface TextListParameter {
  type: 'texts';
  default: string[];
  /** The only texts that may be chosen; any where absent. */
  of?: string[];
  customerMayChange?: Record<string, never>;
}
export type Parameter = MoneyParameter | NumberParameter | TextListParameter;

/** json-rules-engine's condition tree, as written by the analyst. */
export type Condition =
  | { all: Condition[]; name?: string; priority?: number }
  | { any: Condition[]; name?: string; priority?: number }
  | { not: Condition; name?: string; priority?: number }
  | { condition: string }
  | LeafCondition;

export interface LeafCondition {
  fact: string;
  operator: string;
  value: Json | ValueReference;
  path?: string;
  params?: JsonObject;
  priority?: number;
  name?: string;
}
export interface ValueReference {
  fact: string;
  path?: string;
  params?: JsonObject;
}

export type Measure = 'count' | 'sum' | 'mean' | 'min' | 'max' | 'distinct' | 'stddev';

/** Parameters of the `history` fact. */
export interface HistoryParams {
  measure: Measure;
  /** The data path measured, without `$.`; needed by every measure but `count`. */
  of?: string;
  /** A data path: only events with the same value there as this one are counted. For `count` alone. */
  same?: string;
  /** Data paths and the value (or one of several values) each must have. */
  where?: Record<string, string | number | boolean | (string | number | boolean)[]>;
  /** ISO 8601 duration of fixed length (`PT24H`, `P7D`), or `all`. */
  window: string;
  include?: 'current' | 'previous';
  /** A factor on the result; a number or a decimal string. */
  times?: number | string;
  /** Event types that count; posted and authorised transactions unless stated. */
  on?: EventType[];
}

/** `rules/<name>/rule.json` */
export interface RuleDocument {
  $schema?: string;
  name: string;
  description: string;
  /** `false` keeps the folder and stops the rule. */
  enabled?: boolean;
  on: EventType[];
  topic: string;
  lane: Lane;
  /** Within a lane, larger leaves first. Default 0. */
  priority?: number;
  parameters?: Record<string, Parameter>;
  conditions: Condition;
  /** Conditions that must hold before an `edge` rule that fired may fire again. */
  rearm?: Condition;
  fires: 'each' | 'edge';
  cooldown?: { period: string; per: 'account' | 'customer' };
  /** ISO 8601 duration after the event's time; absent means never. */
  expires?: string;
  /** `bank` posts a signed webhook instead of telling the customer. Default `customer`. */
  notify?: 'customer' | 'bank';
  /** `alerted`: those who got an alert of the transaction that this event reverses. Default `holders`. */
  recipients?: 'holders' | 'alerted';
  /** Lets one transaction alert again (authorised, then posted). Default false. */
  repeatPerTransaction?: boolean;
  /** Discreet text is the default for this rule (debts). Default false. */
  discreet?: boolean;
  /** The text asks the customer to answer YES or NO; how long an answer counts, an ISO 8601 duration. */
  reply?: { window: string };
  /** For rules on `schedule.inactive`: how long without activity, each once. */
  schedule?: { after: string[] };
  event: { type: 'sms'; params: { message: string } };
}

/** Texts of one message in one locale, Liquid. `discreet` says neither balance, payee nor debt. */
export interface MessageTexts {
  text: string;
  discreet?: string;
}
/** `rules/<name>/messages.json`: locale, then message name. */
export type MessagesDocument = Record<string, Record<string, MessageTexts>>;

/** One text for all, or texts by locale. */
export type Wording = string | Record<string, string>;

/** `rules/topics.json`: what customers choose by. */
export interface Topic {
  /** `mandatory`: sent whatever was chosen. `opt-out`: sent unless unwanted. `opt-in`: sent only with a consent on record. */
  consent: 'mandatory' | 'opt-out' | 'opt-in';
  /** What it is called, for the customer. */
  title?: Wording;
  /** What is told and when, for the customer. */
  about?: Wording;
  /** Why it is mandatory, in words for the customer. */
  because?: Wording;
  /** What the parameters of its rules are called, for the customer. */
  limits?: Record<string, Wording>;
  /** Holder roles it may reach; owners and authorised users unless stated. */
  roles?: HolderRole[];
  /** Customer statuses it may reach; active and restricted unless stated. */
  statuses?: CustomerStatus[];
}
export type HolderRole = 'owner' | 'authorised-user' | 'minor';
export type CustomerStatus = 'active' | 'restricted' | 'deceased' | 'closed';

/** `rules/texts.json`: what message texts may hold, and what they cost. Nothing in it is needed. */
export interface TextPolicy {
  /** Links are off but for these hosts, in these countries and entities (all where absent). */
  links?: { hosts: string[]; countries?: string[]; entities?: string[] }[];
  /** E.164 numbers that the `otp` and `security` lanes may name. */
  phones?: string[];
  /** Price of one part by country of the number, decimal strings; `default` for all others. */
  prices?: { currency: string; perPart: Record<string, string> };
  /** Words that make a text a promotion, by language, besides those that are shipped; and texts that say them and are none. */
  promotional?: { words?: Record<string, string[]>; exceptions?: PromotionalException[] };
}
export interface PromotionalException {
  /** Name of the rule whose texts say the words. */
  rule: string;
  /** As they stand in the text. */
  words: string[];
  /** Why this is no promotion; for whoever reviews it. */
  because: string;
}
