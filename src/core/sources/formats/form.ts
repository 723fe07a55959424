/** `application/x-www-form-urlencoded`: every value is text; a field that comes twice is a list. */
import type { Value, ValueObject } from '../expression/value.js';
import { MappingRefused } from '../mapping-refused.js';

const MOST_FIELDS = 2000;

/** @throws MappingRefused `mapping-too-many`, `mapping-body` */
export function readForm(text: string): Value {
  const made: ValueObject = Object.create(null);
  let count = 0;
  for (const [name, value] of new URLSearchParams(text.trim())) {
    count += 1;
    if (count > MOST_FIELDS) throw new MappingRefused('mapping-too-many', { at: '/body' });
    if (name === '__proto__')
      throw new MappingRefused('mapping-body', { at: '/body' }, 'The form has a field `__proto__`.');
    const before = made[name];
    if (before === undefined) made[name] = value;
    else if (Array.isArray(before)) before.push(value);
    else made[name] = [before, value];
  }
  return made;
}
