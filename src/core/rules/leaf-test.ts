/**
 * The test of one comparison, made for its operator and its sides: the usual ones without a call of the library, and with
 * its answer (the referee holds them together); all others through its operator.
 */
import { type Frame, WARMING } from './frame.js';
import type { Comparison } from './leaf.js';
import { isBound, isConstant, minorOf } from './literal.js';
import { isMoney } from './money-value.js';
import type { ResolvedOperator } from './operators.js';
import { type Answer, FALSE, TROUBLED, TRUE, UNKNOWN } from './truth.js';

/** The library's answer; throws where the operator cannot judge these values. */
export type Judge = (left: unknown, right: unknown, frame: Frame) => boolean;

type Test = (frame: Frame) => Answer;

export function compileTest(comparison: Comparison, judge: Judge): Test {
  return guarded((comparison.isMoney ? moneyTest : plainTest)(comparison, judge) ?? generalTest(comparison, judge));
}

function guarded(test: Test): Test {
  return (frame) => {
    try {
      return test(frame);
    } catch {
      return TROUBLED;
    }
  };
}

function generalTest({ operator, left, right }: Comparison, judge: Judge): Test {
  const needsBoth = operator.base !== 'present';
  return (frame) => {
    const leftValue = left.read(frame);
    const rightValue = right.read(frame);
    if (leftValue === WARMING || rightValue === WARMING) return TROUBLED;
    if (needsBoth && (leftValue === undefined || rightValue === undefined)) return UNKNOWN;
    return judge(leftValue, rightValue, frame) ? TRUE : FALSE;
  };
}

/** What is compared with a constant, by identity or as numbers. */
function plainTest({ operator, left, right: { constant } }: Comparison): Test | undefined {
  if (operator.decorators.length > 0 || constant === undefined) return undefined;
  switch (operator.base) {
    case 'equal':
      return isConstant(constant) ? knownTest(left.read, (value) => value === constant) : undefined;
    case 'notEqual':
      return isConstant(constant) ? knownTest(left.read, (value) => value !== constant) : undefined;
    case 'in':
      return Array.isArray(constant) ? knownTest(left.read, among(constant)) : undefined;
    case 'notIn': {
      if (!Array.isArray(constant)) return undefined;
      const isAmong = among(constant);
      return knownTest(left.read, (value) => !isAmong(value));
    }
    default:
      return typeof constant === 'number' ? numberTest(operator, left.read, constant) : undefined;
  }
}

function knownTest(read: (frame: Frame) => unknown, holds: (value: unknown) => boolean): Test {
  return (frame) => {
    const value = read(frame);
    if (value === undefined) return UNKNOWN;
    if (value === WARMING) return TROUBLED;
    return holds(value) ? TRUE : FALSE;
  };
}

const SHORT_LIST = 8;

function among(list: readonly unknown[]): (value: unknown) => boolean {
  if (list.length <= SHORT_LIST || !list.every(isConstant)) return (value) => list.indexOf(value) > -1;
  const values = new Set<unknown>(list);
  return (value) => values.has(value);
}

const NUMBER_TESTS: Readonly<Record<string, (bound: number) => (value: number) => boolean>> = {
  lessThan: (bound) => (value) => value < bound,
  lessThanInclusive: (bound) => (value) => value <= bound,
  greaterThan: (bound) => (value) => value > bound,
  greaterThanInclusive: (bound) => (value) => value >= bound,
};

function numberTest({ base }: ResolvedOperator, read: (frame: Frame) => unknown, bound: number): Test | undefined {
  const holds = NUMBER_TESTS[base]?.(bound);
  if (holds === undefined) return undefined;
  return (frame) => {
    const value = read(frame);
    if (typeof value === 'number') return holds(value) ? TRUE : FALSE;
    return value === undefined ? UNKNOWN : TROUBLED;
  };
}

/** An amount against a bound that can be written in its currency: minor units; whatever else comes up is left to `judge`. */
function moneyTest({ operator, left, right }: Comparison, judge: Judge): Test {
  // The library's own word on every sign there is.
  const [less, same, more] = [-1, 0, 1].map((sign) => (operator.evaluate(sign, 0) ? TRUE : FALSE)) as [
    Answer,
    Answer,
    Answer,
  ];
  const usualMinor = usualMinorOf(right.usual ?? right.constant);
  return (frame) => {
    const leftValue = left.read(frame);
    const rightValue = right.read(frame);
    if (leftValue === WARMING || rightValue === WARMING) return TROUBLED;
    if (leftValue === undefined || rightValue === undefined) return UNKNOWN;
    if (isMoney(leftValue)) {
      const bound = minorIn(rightValue, leftValue.currency, usualMinor);
      if (bound !== undefined) return leftValue.minor < bound ? less : leftValue.minor > bound ? more : same;
    }
    return judge(leftValue, rightValue, frame) ? TRUE : FALSE;
  };
}

interface UsualMinor {
  value: unknown;
  in(currency: string): number | undefined;
}

/** A limit that most events are compared with is not read again while the currency stays the same. */
function usualMinorOf(value: unknown): UsualMinor {
  // Events of one currency mostly follow each other.
  let currencyBefore: string | undefined;
  let minorBefore: number | undefined;
  return {
    value,
    in(currency) {
      if (currency !== currencyBefore) {
        minorBefore = isBound(value) ? minorOf(value, currency) : undefined;
        currencyBefore = currency;
      }
      return minorBefore;
    },
  };
}

function minorIn(right: unknown, currency: string, usual: UsualMinor): number | undefined {
  if (right === usual.value) return usual.in(currency);
  if (isMoney(right)) return right.currency === currency ? right.minor : undefined;
  return isBound(right) ? minorOf(right, currency) : undefined;
}
