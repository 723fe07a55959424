/** The values of expressions: JSON, but that a number is the text it was written as, since a float would lose digits of it. */
import { compareDecimals, parseDecimal } from '../decimal.js';

/** A JSON number as its source text: `9007199254740993`, `1e400` and `0.10` stay what they were. */
export class NumberText {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type Value = string | boolean | null | NumberText | Value[] | ValueObject;
export interface ValueObject {
  [key: string]: Value;
}

export function isObject(value: Value | undefined): value is ValueObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof NumberText);
}

/** JMESPath's `false`: false, null, and what is empty. */
export function isFalse(value: Value): boolean {
  if (value === null || value === false || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  return isObject(value) && Object.keys(value).length === 0;
}

/** Own members only: `constructor` of a prototype is nobody's field. */
export function fieldOf(value: Value, name: string): Value {
  return isObject(value) && Object.hasOwn(value, name) ? (value[name] as Value) : null;
}

/** Deep; numbers by their exact value, so that `1.50` equals `1.5`. `spend` is called for every pair. */
export function areEqual(a: Value, b: Value, spend: () => void): boolean {
  spend();
  if (a === b) return true;
  if (a instanceof NumberText) return b instanceof NumberText && (a.text === b.text || compareNumbers(a, b) === 0);
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, at) => areEqual(item, b[at] as Value, spend));
  }
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && areEqual(a[key] as Value, b[key] as Value, spend))
  );
}

/** Below, at or above nought; undefined where one of them is too long to be compared. */
export function compareNumbers(a: NumberText, b: NumberText): number | undefined {
  const [left, right] = [parseDecimal(a.text), parseDecimal(b.text)];
  return left === undefined || right === undefined ? undefined : compareDecimals(left, right);
}

export function typeName(value: Value): string {
  if (value === null) return 'null';
  if (value instanceof NumberText) return 'number';
  return Array.isArray(value) ? 'array' : typeof value;
}
