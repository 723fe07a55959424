/** What one comparison says of one value that is the same for all recipients, where an index can read it off the value. */
import type { CurrencyMap } from '../../contracts/rule.js';
import { parseAmount } from '../event/money.js';
import type { Frame } from './frame.js';
import type { Comparison } from './leaf.js';
import { ORDERINGS } from './operators.js';

export type Constant = string | number | boolean;

/** In an amount's own currency, as the analyst wrote it; a plain number elsewhere. */
export type Bound = number | string | CurrencyMap;

export type Relation = 'less' | 'lessOrEqual' | 'greater' | 'greaterOrEqual' | 'equal';

/** A value of the frame. Rules that look at the same one have the same `key`. */
export interface Subject {
  key: string;
  read: Read;
  /** Faster, for events whose type starts with `types`. */
  own?: { types: string; read: Read };
  /** Roughly, for the order of reading. */
  cost: number;
}

type Read = (frame: Frame) => unknown;

/** True or false wherever the subject has a value of the right kind, and otherwise not known. */
export type Literal =
  | { kind: 'equality'; subject: Subject; values: readonly Constant[]; negated: boolean }
  | { kind: 'number'; subject: Subject; bound: number; relation: Relation }
  | { kind: 'money'; subject: Subject; bound: Bound; relation: Relation };

/** Facts whose money is an amount in one currency, rather than something computed from several. */
const PLAIN_MONEY: ReadonlySet<string> = new Set(['transaction', 'account']);

/** `cost`: of reading the left side. */
export function literalOf(
  { condition, operator, left, right, isMoney }: Comparison,
  cost: number,
): Literal | undefined {
  const { constant } = right;
  if (left.perRecipient || constant === undefined) return undefined;
  const key = JSON.stringify([condition.fact, condition.path ?? '', condition.params ?? {}]);
  const subject: Subject = { key, read: left.read, cost, ...(left.own === undefined ? {} : { own: left.own }) };
  if (isMoney) {
    const relation = relationOf((sign) => operator.evaluate(sign, 0));
    if (left.kind !== 'money' || !PLAIN_MONEY.has(condition.fact) || relation === undefined) return undefined;
    return isBound(constant) ? { kind: 'money', subject, bound: constant, relation } : undefined;
  }
  if (operator.decorators.length > 0) return undefined;
  if (ORDERINGS.has(operator.base)) {
    const relation = relationOf((sign) => operator.evaluate(sign, 0));
    return relation !== undefined && typeof constant === 'number'
      ? { kind: 'number', subject, bound: constant, relation }
      : undefined;
  }
  const negated = operator.base === 'notEqual' || operator.base === 'notIn';
  const values = valuesOf(operator.base, constant);
  return values === undefined ? undefined : { kind: 'equality', subject, values, negated };
}

function valuesOf(operator: string, constant: unknown): readonly Constant[] | undefined {
  if (operator === 'equal' || operator === 'notEqual') return isConstant(constant) ? [constant] : undefined;
  if (operator !== 'in' && operator !== 'notIn') return undefined;
  return Array.isArray(constant) && constant.every(isConstant) ? constant : undefined;
}

/** Which signs of a comparison it accepts, as one relation; undefined for none, all, or both ends without the middle. */
function relationOf(accepts: (sign: number) => boolean): Relation | undefined {
  const accepted = [-1, 0, 1].filter(accepts).join();
  return RELATIONS[accepted];
}

const RELATIONS: Readonly<Record<string, Relation>> = {
  '-1': 'less',
  '-1,0': 'lessOrEqual',
  '0': 'equal',
  '0,1': 'greaterOrEqual',
  '1': 'greater',
};

const OPPOSITES = {
  less: 'greaterOrEqual',
  lessOrEqual: 'greater',
  greater: 'lessOrEqual',
  greaterOrEqual: 'less',
} as const;

/** What is true where `literal` is false; undefined where that is not one literal. */
export function negateLiteral(literal: Literal): Literal | undefined {
  if (literal.kind === 'equality') return { ...literal, negated: !literal.negated };
  return literal.relation === 'equal' ? undefined : { ...literal, relation: OPPOSITES[literal.relation] };
}

export function isConstant(value: unknown): value is Constant {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** What can be an amount; whether it is one shows in a currency. */
export function isBound(value: unknown): value is Bound {
  if (typeof value === 'object') return value !== null && !Array.isArray(value);
  return typeof value === 'string' || typeof value === 'number';
}

/** Minor units of `currency`; undefined where the bound cannot be written in it, or only by way of an exchange rate. */
export function minorOf(bound: Bound, currency: string): number | undefined {
  const text = typeof bound === 'object' ? bound[currency] : String(bound);
  if (text === undefined) return undefined;
  try {
    return parseAmount(text, currency, { negative: true }).minor;
  } catch {
    return undefined;
  }
}
