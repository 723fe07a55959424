/** The library's operators and decorators as they are, and the few of ours; one list, shared with the referee. */
import { Engine, Operator as LibraryOperator, type Operator } from 'json-rules-engine';
import { RE2JS } from 're2js';
import { LedgerbellError } from '../../contracts/errors.js';

/** Operators beyond the library's. `matches` is a regular expression without backtracking: linear time, whatever the text. */
export const CUSTOM_OPERATORS: readonly { name: string; evaluate(factValue: unknown, value: unknown): boolean }[] = [
  {
    name: 'present',
    evaluate: (factValue, value) => (factValue !== undefined && factValue !== null) === (value !== false),
  },
  { name: 'matches', evaluate: (factValue, value) => typeof factValue === 'string' && pattern(value).test(factValue) },
];

/** The six that order or equate: they also judge the sign of an exact comparison against zero. */
export const COMPARISONS: ReadonlySet<string> = new Set([
  'equal',
  'notEqual',
  'lessThan',
  'lessThanInclusive',
  'greaterThan',
  'greaterThanInclusive',
]);
export const ORDERINGS: ReadonlySet<string> = new Set([...COMPARISONS].filter((name) => !name.endsWith('qual')));

const patterns = new Map<string, RE2JS>();

function pattern(value: unknown): RE2JS {
  const source = String(value);
  const known = patterns.get(source);
  if (known !== undefined) return known;
  try {
    const compiled = RE2JS.compile(source);
    patterns.set(source, compiled);
    return compiled;
  } catch (cause) {
    throw new LedgerbellError('pattern-malformed', `"${source}" is not a regular expression that can be run safely`, {
      cause,
    });
  }
}

/** Adds our operators to an engine of the library; the referee uses the same. */
export function addCustomOperators(engine: { addOperator(operator: Operator): void }): void {
  for (const { name, evaluate } of CUSTOM_OPERATORS) engine.addOperator(new LibraryOperator(name, evaluate));
}

interface OperatorMap {
  get(name: string): { evaluate(factValue: unknown, value: unknown): boolean } | null;
}

const library = new Engine();
addCustomOperators(library);
// The library keeps its operators in an untyped field: one reason why its version is pinned.
const operators = (library as unknown as { operators: OperatorMap }).operators;

export interface ResolvedOperator {
  /** `lessThan` of `not:lessThan` */
  base: string;
  decorators: readonly string[];
  evaluate(factValue: unknown, value: unknown): boolean;
}

/** Finds an operator with its decorators. @throws LedgerbellError `operator-unknown` */
export function resolveOperator(name: string): ResolvedOperator {
  const operator = operators.get(name);
  if (operator === null || operator === undefined) {
    throw new LedgerbellError('operator-unknown', `There is no operator "${name}"`);
  }
  const parts = name.split(':');
  const base = parts.at(-1) ?? name;
  return { base, decorators: parts.slice(0, -1), evaluate: (factValue, value) => operator.evaluate(factValue, value) };
}
