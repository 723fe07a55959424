/** Small rule sets for tests, written as data. */
import type { Condition, RuleDocument } from '../../src/contracts/rule.js';
import type { RuleSetSource } from '../../src/core/rules/rule-set.js';

export type RuleSketch = Partial<Omit<RuleDocument, 'event' | 'conditions'>> & {
  name: string;
  conditions: Condition;
  text?: string;
};

export function ruleSet(...sketches: RuleSketch[]): RuleSetSource {
  return { rules: sketches.map(toRule), topics: {}, conditions: {} };
}

function toRule({ text, ...sketch }: RuleSketch): RuleSetSource['rules'][number] {
  const rule: RuleDocument = {
    description: sketch.name,
    on: ['transaction.posted'],
    topic: sketch.name,
    lane: 'service',
    fires: 'each',
    ...sketch,
    event: { type: 'sms', params: { message: sketch.name } },
  };
  return { rule, messages: { en: { [sketch.name]: { text: text ?? `${sketch.name} {{ event.time | date }}` } } } };
}

/** A debit at or above `limit`. */
export function debitFrom(limit: string): Condition {
  return {
    all: [
      { fact: 'transaction', path: '$.direction', operator: 'equal', value: 'debit' },
      { fact: 'transaction', path: '$.amount', operator: 'greaterThanInclusive', value: limit },
    ],
  };
}

export function balanceBelow(limit: string): Condition {
  return { all: [{ fact: 'account', path: '$.balanceAfter', operator: 'lessThan', value: limit }] };
}

export const LOGIN: Condition = {
  all: [{ fact: 'event', path: '$.type', operator: 'equal', value: 'customer.login' }],
};

let next = 0;

/** A posted debit of account 7; anything may be overridden, `data` is merged. */
export function posted(overrides: Record<string, unknown> & { data?: object } = {}): Record<string, unknown> {
  next += 1;
  const { data, ...envelope } = overrides;
  return {
    id: `posted-${next}`,
    source: 'core',
    type: 'transaction.posted',
    ...envelope,
    data: {
      accountId: '7',
      direction: 'debit',
      amount: '150.00',
      currency: 'EUR',
      kind: 'transfer',
      balanceAfter: '500.00',
      ...data,
    },
  };
}
