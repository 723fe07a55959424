/** Small rule sets over small histories: what the tests of the core are written with. */
import type { JsonObject } from '../../src/contracts/json.js';
import type { Condition, RuleDocument, Topic } from '../../src/contracts/rule.js';
import type { Context, Recipient } from '../../src/core/context.js';
import { parseEvent } from '../../src/core/event/parse-event.js';
import { emptyProfile, type Profile } from '../../src/core/profile/profile.js';
import { compileRuleSet, type RuleSet, type RuleSource } from '../../src/core/rules/rule-set.js';
import { type StepResult, step } from '../../src/core/step.js';

export const T0 = Date.parse('2026-03-01T00:00:00Z');
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export function rule(name: string, changes: Partial<RuleDocument> = {}): RuleSource {
  return {
    rule: {
      name,
      description: name,
      on: ['transaction.posted'],
      topic: name,
      lane: 'service',
      conditions: { fact: 'transaction', path: '$.direction', operator: 'equal', value: 'debit' },
      fires: 'each',
      event: { type: 'sms', params: { message: name } },
      ...changes,
    },
    messages: { en: { [name]: { text: name } } },
  };
}

export function ruleSet(
  rules: RuleSource[],
  shared: { topics?: Record<string, Topic>; conditions?: Record<string, Condition> } = {},
): RuleSet {
  return compileRuleSet({ rules, topics: shared.topics ?? {}, conditions: shared.conditions ?? {} });
}

export function holder(customerId = '2', changes: Partial<Recipient> = {}): Recipient {
  return {
    customerId,
    role: 'owner',
    status: 'active',
    discreet: false,
    phone: { version: 1 },
    preferences: {},
    consents: {},
    ...changes,
  };
}

export function context(changes: Partial<Context> = {}): Context {
  return {
    settings: { locale: 'en', timeZone: 'UTC', rates: { base: 'EUR' }, holidays: [], contactChangeMs: 72 * HOUR },
    account: { id: '704', currency: 'EUR' },
    recipients: [holder()],
    versions: {},
    ...changes,
  };
}

export interface Short {
  id?: string;
  type?: string;
  /** Epoch milliseconds. */
  at?: number;
  learn?: boolean;
  data?: JsonObject;
}

/** A posted debit of 10.00 EUR at T0 unless stated. */
export function event(short: Short = {}) {
  const type = short.type ?? 'transaction.posted';
  const isMovement = /^transaction\.(posted|authorised|declined)$/.test(type);
  const data = isMovement ? { direction: 'debit', amount: '10.00', currency: 'EUR', kind: 'card' } : {};
  const time = new Date(short.at ?? T0).toISOString();
  return parseEvent(
    {
      specversion: '1.0',
      id: short.id ?? `${type}-${short.at ?? 0}-${JSON.stringify(short.data ?? {})}`.slice(0, 250),
      source: 'test',
      type,
      time,
      learn: short.learn,
      data: { accountId: '704', ...data, ...short.data },
    },
    { now: Number.MAX_SAFE_INTEGER, futureToleranceMs: 0, origin: 'inside' },
  );
}

export interface Run {
  profile: Profile;
  results: StepResult[];
  /** For each event, the outcome of each decision: `alert` or the reason. */
  outcomes: string[][];
}

/** Folds the events in this order; each is decided at its own time unless `now` says otherwise. */
export function run(set: RuleSet, events: readonly Short[], around: Context = context(), now?: number): Run {
  let profile = emptyProfile('account:704');
  const results = events.map((short) => {
    const parsed = event(short);
    const result = step(set, profile, parsed, around, now ?? parsed.time);
    profile = result.profile;
    return result;
  });
  const outcomes = results.map(({ decisions }) => decisions.map(({ outcome, reason }) => reason ?? outcome));
  return { profile, results, outcomes };
}

export function permutations<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((first, index) => permutations(items.toSpliced(index, 1)).map((rest) => [first, ...rest]));
}
