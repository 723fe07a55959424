/** One text for equal values: JSON with sorted keys, where a number is as it was written. */
import { grow, type Run, spend } from './expression/run.js';
import { isObject, NumberText, type Value } from './expression/value.js';

/** @throws ValueRefused `mapping-budget`, `mapping-size` */
export function canonicalText(value: Value, run: Run): string {
  spend(run);
  const text = textOf(value, run);
  grow(run, text.length);
  return text;
}

function textOf(value: Value, run: Run): string {
  if (value instanceof NumberText) return value.text;
  if (Array.isArray(value)) return `[${value.map((item) => canonicalText(item, run)).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.keys(value).sort();
  return `{${members.map((key) => `${JSON.stringify(key)}:${canonicalText(value[key] as Value, run)}`).join(',')}}`;
}
