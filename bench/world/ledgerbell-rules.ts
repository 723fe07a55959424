/** The rules in our language: amounts as text, compared exactly. */
import type { Condition, LeafCondition, RuleDocument } from '../../src/contracts/rule.js';
import type { RuleSetSource, RuleSource } from '../../src/core/rules/rule-set.js';
import { decimal } from './banking.js';
import { type Comparison, isComparison, MONEY, type Rule, type Tree } from './rules.js';

export interface ToSourceOptions {
  /** Limits that a rule declares as a parameter are the customers' own. */
  parameters?: boolean;
  notify?: 'bank' | 'customer';
}

export function toSource(rules: readonly Rule[], options: ToSourceOptions = {}): RuleSetSource {
  return { rules: rules.map((rule) => toRule(rule, options)), topics: {}, conditions: {} };
}

function toRule({ name, type, conditions }: Rule, { parameters, notify = 'bank' }: ToSourceOptions): RuleSource {
  const limit = parameters ? conditions.all.find((one) => isComparison(one) && one.parameter) : undefined;
  const rule: RuleDocument = {
    name,
    description: name,
    on: [type],
    topic: name,
    lane: 'service',
    notify,
    ...(limit === undefined ? {} : { parameters: { limit: parameterOf(limit as Comparison) } }),
    conditions: toCondition(conditions, limit !== undefined),
    fires: 'each',
    event: { type: 'sms', params: { message: name } },
  };
  const text = 'A payment of {{ transaction.amount | money: transaction.currency }} left your account.';
  return { rule, messages: { en: { [name]: { text } } } };
}

function parameterOf({ value }: Comparison) {
  return { type: 'money' as const, default: { EUR: decimal(Number(value)) }, customerMayChange: {} };
}

function toCondition(tree: Tree, parameters: boolean): Condition {
  if ('all' in tree) return { all: tree.all.map((child) => toCondition(child, parameters)) };
  if ('any' in tree) return { any: tree.any.map((child) => toCondition(child, parameters)) };
  if ('not' in tree) return { not: toCondition(tree.not, parameters) };
  return { fact: 'transaction', path: `$.${tree.path}`, operator: tree.operator, value: limitOf(tree, parameters) };
}

function limitOf(comparison: Comparison, parameters: boolean): LeafCondition['value'] {
  if (parameters && comparison.parameter) return { fact: 'parameter', params: { name: 'limit' } };
  return MONEY.has(comparison.path) ? decimal(Number(comparison.value)) : comparison.value;
}
