/** Evaluates an expression at its place in the mapping, so that a refusal says where. */
import type { Expression } from './expression/compile-expression.js';
import type { Scope } from './expression/scope.js';
import type { Value } from './expression/value.js';
import { MappingRefused, ValueRefused } from './mapping-refused.js';

/** @throws MappingRefused */
export function evaluateAt(item: Value, scope: Scope, at: string, expression: Expression): Value {
  return refusedAt(at, expression, () => expression.evaluate(item, scope));
}

/** Runs a part of the work of one expression. @throws MappingRefused */
export function refusedAt<T>(at: string, { text }: Expression, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof ValueRefused)) throw error;
    throw new MappingRefused(error.code, { at, expression: text, found: error.found }, error.message, error);
  }
}
