/** A tree of expressions, compiled once and filled for each event. */
import type { Json, JsonObject } from '../../contracts/json.js';
import type { Template } from '../../contracts/source.js';
import { evaluateAt, refusedAt } from './evaluate-at.js';
import type { Expression } from './expression/compile-expression.js';
import { grow, type Run, spend } from './expression/run.js';
import type { Scope } from './expression/scope.js';
import { NumberText, type Value } from './expression/value.js';

export type Filled = (item: Value, scope: Scope) => Json | undefined;

const DEEPEST = 24;
/** Larger ones are not exact in a float, which is what JSON's readers make of them. */
const FLOAT_DIGITS = 15;

/** `compile` makes an expression, and notes what is wrong with it. */
export function compileTemplate(
  template: Template,
  at: string,
  compile: (text: string, at: string) => Expression | undefined,
  depth = 0,
): Filled {
  if (depth > DEEPEST) return () => undefined;
  if (typeof template === 'string') {
    const expression = compile(template, at);
    return expression === undefined ? () => undefined : (item, scope) => filled(item, scope, at, expression);
  }
  if (typeof template !== 'object' || template === null) return () => template ?? undefined;
  if (Array.isArray(template)) {
    const parts = template.map((inner, index) => compileTemplate(inner, `${at}/${index}`, compile, depth + 1));
    return (item, scope) => nonEmpty(parts.map((part) => part(item, scope)).filter((one) => one !== undefined));
  }
  const members = Object.entries(template).map(([key, inner]): [string, Filled] => [
    key,
    compileTemplate(inner, `${at}/${pointerStep(key)}`, compile, depth + 1),
  ]);
  return (item, scope) => {
    const made: JsonObject = {};
    for (const [key, part] of members) {
      const value = part(item, scope);
      if (value !== undefined) made[key] = value;
    }
    return Object.keys(made).length === 0 ? undefined : made;
  };
}

export function pointerStep(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

function filled(item: Value, scope: Scope, at: string, expression: Expression): Json | undefined {
  const value = evaluateAt(item, scope, at, expression);
  return refusedAt(at, expression, () => jsonOf(value, scope.run, 0));
}

function nonEmpty(list: Json[]): Json[] | undefined {
  return list.length === 0 ? undefined : list;
}

/** Nulls, empty lists and objects are left out. A number that a float does not hold exactly stays text. */
function jsonOf(value: Value, run: Run, depth: number): Json | undefined {
  spend(run);
  if (value === null) return undefined;
  if (typeof value === 'string') {
    grow(run, value.length);
    return value;
  }
  if (typeof value === 'boolean') return value;
  if (value instanceof NumberText) return numberOf(value.text);
  if (depth > DEEPEST) return undefined;
  if (Array.isArray(value)) {
    grow(run, value.length);
    return nonEmpty(value.map((item) => jsonOf(item, run, depth + 1)).filter((one) => one !== undefined));
  }
  const made: JsonObject = {};
  let any = false;
  for (const key of Object.keys(value)) {
    grow(run, key.length + 1);
    const inner = key === '__proto__' ? undefined : jsonOf(value[key] as Value, run, depth + 1);
    if (inner === undefined) continue;
    made[key] = inner;
    any = true;
  }
  return any ? made : undefined;
}

function numberOf(text: string): Json {
  const digits = text
    .replace(/[eE].*$/, '')
    .replace(/[^0-9]/g, '')
    .replace(/^0+/, '');
  const number = Number(text);
  return digits.length <= FLOAT_DIGITS && Number.isFinite(number) ? number : text;
}
