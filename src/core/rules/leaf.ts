/** One comparison, compiled: both sides found at compile time, evaluated at most once per event (or recipient). */
import { LedgerbellError } from '../../contracts/errors.js';
import type { LeafCondition, ValueReference } from '../../contracts/rule.js';
import { currencyExponent } from '../event/money.js';
import { findFact } from '../facts/index.js';
import { type Comparable, compareValues } from './exact.js';
import { type Accessor, type AccessorRequest, type Frame, WARMING } from './frame.js';
import { COMPARISONS, ORDERINGS, type ResolvedOperator, resolveOperator } from './operators.js';
import { parsePath } from './path.js';
import { FALSE, TRUE, type Truth, UNKNOWN } from './truth.js';

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
  /** Fills `doubt` when the answer is unknown. */
  evaluate(frame: Frame, doubt: (doubt: Doubt) => void): Truth;
  /** Both sides as they were seen, for the trace. */
  sides(frame: Frame): { left: unknown; right: unknown };
  /** How an index can tell, from one value, that this comparison is false for most rules at once. */
  probe?: Probe;
}

type Constant = string | number | boolean;

/** A shared value against constants. `key` names the value, so that rules that look at the same one share a group. */
export type Probe = { key: string; read(frame: Frame): unknown } & (
  | { kind: 'among'; values: readonly Constant[] }
  | { kind: Ordering; bound: number | string; money: boolean }
);
export type Ordering = 'lessThan' | 'lessThanInclusive' | 'greaterThan' | 'greaterThanInclusive';

export type LeafScope = Pick<AccessorRequest, 'series' | 'parameter' | 'topic'>;

const COSTS: Readonly<Record<string, number>> = { history: 20, location: 10, calendar: 12, customer: 6, parameter: 4 };

/** @throws LedgerbellError with the code of what is wrong */
export function compileLeaf(condition: LeafCondition, index: number, scope: LeafScope): Leaf {
  const operator = resolveOperator(condition.operator);
  const left = accessorOf(condition, scope);
  const right = rightOf(condition, scope);
  const isMoney = left.kind === 'money' || right.kind === 'money' || isCurrencyMap(condition.value);
  const test = isMoney && operator.base !== 'present' ? exactTest(operator, condition) : plainTest(operator, condition);
  const name = `${condition.fact}${condition.path === undefined ? '' : ` ${condition.path}`}`;
  return {
    index,
    condition,
    perRecipient: left.perRecipient || right.perRecipient,
    cost: costOf(condition) + (left.perRecipient || right.perRecipient ? 5 : 0),
    evaluate(frame, doubt) {
      try {
        const leftValue = left.read(frame);
        const rightValue = right.read(frame);
        if (leftValue === WARMING || rightValue === WARMING) {
          doubt({ code: 'warming-up', message: `${name} is not complete yet` });
          return UNKNOWN;
        }
        if (operator.base !== 'present' && (leftValue === undefined || rightValue === undefined)) {
          const missing = leftValue === undefined ? name : describeReference(condition.value);
          doubt({ code: 'fact-missing', message: `${missing} is not known` });
          return UNKNOWN;
        }
        return test(leftValue, rightValue, frame) ? TRUE : FALSE;
      } catch (error) {
        doubt({
          code: error instanceof LedgerbellError ? error.code : 'operator-failed',
          message:
            error instanceof LedgerbellError ? error.message : `The operator "${condition.operator}" failed on ${name}`,
        });
        return UNKNOWN;
      }
    },
    sides: (frame) => ({ left: attempt(() => left.read(frame)), right: attempt(() => right.read(frame)) }),
    ...probeOf(condition, operator, left, isMoney),
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
  return { kind: 'plain', perRecipient: false, read: () => value ?? undefined };
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

type Test = (left: unknown, right: unknown, frame: Frame) => boolean;

/** Money and its kin: the library's own operator judges the sign of an exact comparison against zero. */
function exactTest(operator: ResolvedOperator, condition: LeafCondition): Test {
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

function plainTest(operator: ResolvedOperator, condition: LeafCondition): Test {
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

/** Facts whose money is an amount in one currency, rather than something computed from several. */
const PLAIN_MONEY = new Set(['transaction', 'account']);

function probeOf(
  condition: LeafCondition,
  operator: ResolvedOperator,
  left: Accessor,
  money: boolean,
): Pick<Leaf, 'probe'> {
  const { value, fact } = condition;
  if (left.perRecipient || operator.decorators.length > 0) return {};
  const probe = { key: JSON.stringify([fact, condition.path ?? '', condition.params ?? {}]), read: left.read };
  if (isOrdering(operator.base) && (typeof value === 'number' || typeof value === 'string')) {
    if (money ? !PLAIN_MONEY.has(fact) : typeof value !== 'number') return {};
    return { probe: { ...probe, kind: operator.base, bound: value, money } };
  }
  if (money) return {};
  if (operator.base === 'equal' && isConstant(value)) return { probe: { ...probe, kind: 'among', values: [value] } };
  if (operator.base === 'in' && Array.isArray(value) && value.every(isConstant)) {
    return { probe: { ...probe, kind: 'among', values: value } };
  }
  return {};
}

function isOrdering(name: string): name is Ordering {
  return ORDERINGS.has(name);
}

function isConstant(value: unknown): value is Constant {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function costOf(condition: LeafCondition): number {
  const right = isReference(condition.value) ? (COSTS[condition.value.fact] ?? 1) : 0;
  return (COSTS[condition.fact] ?? 1) + right;
}

function describeReference(value: LeafCondition['value']): string {
  return isReference(value) ? `${value.fact}${value.path === undefined ? '' : ` ${value.path}`}` : 'the value';
}

function attempt(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    return undefined;
  }
}
