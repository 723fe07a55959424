/** One comparison, compiled: both sides found at compile time; costly ones are answered once per event (or recipient). */
import { LedgerbellError } from '../../contracts/errors.js';
import type { LeafCondition, ValueReference } from '../../contracts/rule.js';
import { currencyExponent } from '../event/money.js';
import { findFact } from '../facts/index.js';
import { type Comparable, compareValues } from './exact.js';
import { type Accessor, type AccessorRequest, type Frame, WARMING } from './frame.js';
import { compileTest, type Judge } from './leaf-test.js';
import { type Literal, literalOf } from './literal.js';
import { COMPARISONS, ORDERINGS, type ResolvedOperator, resolveOperator } from './operators.js';
import { parsePath } from './path.js';
import type { Answer } from './truth.js';

/** Why a leaf is unknown: a fact that is missing, one that is still warming up, or an error with its code. */
export interface Doubt {
  code: string;
  message: string;
}

export interface Leaf {
  /** Position in the plan's scratch space. */
  index: number;
  condition: LeafCondition;
  perRecipient: boolean;
  /** What evaluating it costs, roughly; cheap ones are asked first. */
  cost: number;
  /** Costs more than remembering its answer does. */
  isShared: boolean;
  /** Never throws. */
  test(frame: Frame): Answer;
  /** Why the answer is unknown; undefined where it is known. */
  doubt(frame: Frame): Doubt | undefined;
  /** Both sides as they were seen, for the trace. */
  sides(frame: Frame): { left: unknown; right: unknown };
  /** How an index can read the answer off the value, for many rules at once. */
  literal?: Literal;
}

/** A compiled comparison before anything is made of it. */
export interface Comparison {
  condition: LeafCondition;
  operator: ResolvedOperator;
  left: Accessor;
  right: Accessor;
  /** Amounts are compared, exactly and by currency. */
  isMoney: boolean;
}

export type LeafScope = Pick<AccessorRequest, 'series' | 'parameter' | 'topic'>;

const COSTS: Readonly<Record<string, number>> = { history: 20, location: 10, calendar: 12, customer: 6, parameter: 4 };
const WORTH_REMEMBERING = 10;

/** @throws LedgerbellError with the code of what is wrong */
export function compileLeaf(condition: LeafCondition, index: number, scope: LeafScope): Leaf {
  const operator = resolveOperator(condition.operator);
  const left = accessorOf(condition, scope);
  const right = rightOf(condition, scope);
  const isMoney =
    (left.kind === 'money' || right.kind === 'money' || isCurrencyMap(condition.value)) && operator.base !== 'present';
  const judge = isMoney ? exactJudge(operator, condition) : plainJudge(operator, condition);
  const comparison: Comparison = { condition, operator, left, right, isMoney };
  const perRecipient = left.perRecipient || right.perRecipient;
  const [leftCost, rightCost] = costsOf(condition);
  const literal = literalOf(comparison, leftCost);
  return {
    index,
    condition,
    perRecipient,
    cost: leftCost + rightCost + (perRecipient ? 5 : 0),
    isShared: Math.max(leftCost, rightCost) >= WORTH_REMEMBERING || operator.base === 'matches',
    test: compileTest(comparison, judge),
    doubt: (frame) => findDoubt(comparison, judge, frame),
    sides: (frame) => ({ left: attempt(() => left.read(frame)), right: attempt(() => right.read(frame)) }),
    ...(literal === undefined ? {} : { literal }),
  };
}

function accessorOf(reference: ValueReference, scope: LeafScope): Accessor {
  const fact = findFact(reference.fact);
  if (fact === undefined) throw new LedgerbellError('fact-unknown', `There is no fact "${reference.fact}"`);
  const path = parsePath(reference.path);
  const known = Object.keys(fact.paths);
  if (known.length > 0 && !fact.open && !known.includes(path.join('.'))) {
    throw new LedgerbellError(
      'path-unknown',
      `The fact "${fact.name}" has no "${reference.path ?? '$'}"; it has ${known.map((name) => `$.${name}`).join(', ')}`,
    );
  }
  return fact.accessor({ path, params: reference.params ?? {}, ...scope });
}

function rightOf(condition: LeafCondition, scope: LeafScope): Accessor {
  const { value } = condition;
  if (isReference(value)) return accessorOf(value, scope);
  const constant = value ?? undefined;
  return { kind: 'plain', perRecipient: false, constant, read: () => constant };
}

export function isReference(value: LeafCondition['value']): value is ValueReference {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && typeof value.fact === 'string';
}

/** `{ "EUR": "1000.00" }`: every key is a currency. */
export function isCurrencyMap(value: unknown): value is Record<string, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const keys = Object.keys(value);
  return keys.length > 0 && keys.every((key) => currencyExponent(key) !== undefined);
}

/** Money and its kin: the library's own operator judges the sign of an exact comparison against zero. */
function exactJudge(operator: ResolvedOperator, condition: LeafCondition): Judge {
  if (!COMPARISONS.has(operator.base) || operator.decorators.some((name) => name !== 'not' && name !== 'swap')) {
    throw new LedgerbellError(
      'operator-not-for-money',
      `"${condition.operator}" cannot compare amounts: use equal, lessThan, greaterThan and their inclusive forms`,
    );
  }
  return (left, right, frame) => {
    const sign = compareValues(left as Comparable, right as Comparable, frame.currency, frame.context.settings.rates);
    return operator.evaluate(sign, 0);
  };
}

function plainJudge(operator: ResolvedOperator, condition: LeafCondition): Judge {
  if (operator.decorators.length > 0 || !ORDERINGS.has(operator.base)) {
    if ((operator.base === 'in' || operator.base === 'notIn') && typeof condition.value === 'string') {
      throw new LedgerbellError(
        'in-needs-a-list',
        `"${condition.operator}" needs a list: on a text it would match parts of it`,
      );
    }
    return operator.evaluate;
  }
  return (left, right) => {
    if (typeof left !== 'number' || typeof right !== 'number') {
      throw new LedgerbellError('not-a-number', `"${condition.operator}" orders numbers, and one side is not a number`);
    }
    return operator.evaluate(left, right);
  };
}

function findDoubt({ condition, operator, left, right }: Comparison, judge: Judge, frame: Frame): Doubt | undefined {
  const name = describeReference(condition);
  try {
    const leftValue = left.read(frame);
    const rightValue = right.read(frame);
    if (leftValue === WARMING || rightValue === WARMING) {
      return { code: 'warming-up', message: `${name} is not complete yet` };
    }
    if (operator.base !== 'present' && (leftValue === undefined || rightValue === undefined)) {
      const missing = leftValue === undefined ? name : describeRight(condition.value);
      return { code: 'fact-missing', message: `${missing} is not known` };
    }
    judge(leftValue, rightValue, frame);
    return undefined;
  } catch (error) {
    if (error instanceof LedgerbellError) return { code: error.code, message: error.message };
    return { code: 'operator-failed', message: `The operator "${condition.operator}" failed on ${name}` };
  }
}

function costsOf(condition: LeafCondition): [left: number, right: number] {
  return [COSTS[condition.fact] ?? 1, isReference(condition.value) ? (COSTS[condition.value.fact] ?? 1) : 0];
}

function describeReference({ fact, path }: ValueReference): string {
  return `${fact}${path === undefined ? '' : ` ${path}`}`;
}

function describeRight(value: LeafCondition['value']): string {
  return isReference(value) ? describeReference(value) : 'the value';
}

function attempt(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    return undefined;
  }
}
