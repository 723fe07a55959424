/** JSON as it was written: each number is its text, a key that comes twice is refused, and so is one that reaches a prototype. */
import { parse } from 'lossless-json';
import { NumberText, type Value } from '../expression/value.js';
import { MappingRefused } from '../mapping-refused.js';
import { checkDepth } from './depth.js';

/** @throws MappingRefused `mapping-body`, `mapping-too-deep` */
export function readJson(text: string): Value {
  checkDepth(text, '[{', ']}');
  try {
    const value = parse(text, undefined, { parseNumber: (digits) => new NumberText(digits) }) as Value;
    checkKeys(value);
    return value;
  } catch (cause) {
    if (cause instanceof MappingRefused) throw cause;
    // The parser's own message quotes the body.
    throw new MappingRefused('mapping-body', { at: '/body' }, 'The body is not JSON, or says a key twice.', cause);
  }
}

/** Depth is checked before, so that this comes to an end. */
function checkKeys(value: Value): void {
  if (typeof value !== 'object' || value === null || value instanceof NumberText) return;
  if (Array.isArray(value)) {
    for (const item of value) checkKeys(item);
    return;
  }
  if (Object.hasOwn(value, '__proto__')) {
    throw new MappingRefused('mapping-body', { at: '/body' }, 'The body has a key `__proto__`.');
  }
  for (const key of Object.keys(value)) checkKeys(value[key] as Value);
}
