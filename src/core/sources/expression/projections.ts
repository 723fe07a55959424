/** What goes over lists: `[]`, `[*]`, `[?...]`, `.*`, indexes and slices. */
import { grow, type Run, spend } from './run.js';
import type { Evaluate } from './scope.js';
import { isFalse, isObject, type Value } from './value.js';

/** `condition` filters; `text`: a slice of text is text, and is gone through as one. What comes out as null is left out. */
export function projected(left: Evaluate, right: Evaluate, how: { condition?: Evaluate; text?: boolean }): Evaluate {
  return (current, scope) => {
    const base = left(current, scope);
    if (how.text === true && typeof base === 'string') return right(base, scope);
    if (!Array.isArray(base)) return null;
    const made: Value[] = [];
    for (const item of base) {
      spend(scope.run);
      if (how.condition !== undefined && isFalse(how.condition(item, scope))) continue;
      const value = right(item, scope);
      if (value !== null) made.push(value);
    }
    grow(scope.run, made.length);
    return made;
  };
}

export function valuesOf(value: Value): Value {
  return isObject(value) ? Object.values(value) : null;
}

/** One level; what is no list stays as it is. */
export function flattened(child: Evaluate): Evaluate {
  return (current, scope) => {
    const found = child(current, scope);
    if (!Array.isArray(found)) return null;
    let size = 0;
    for (const item of found) size += Array.isArray(item) ? item.length : 1;
    spend(scope.run, found.length);
    grow(scope.run, size);
    return found.flat() as Value[];
  };
}

export function indexed(value: Value, index: number): Value {
  return Array.isArray(value) ? (value.at(index) ?? null) : null;
}

/** As in Python; of text by code points. */
export function sliced(
  value: Value,
  { start, stop, step }: { start: number | null; stop: number | null; step: number | null },
  run: Run,
): Value {
  if (typeof value !== 'string' && !Array.isArray(value)) return null;
  grow(run, value.length);
  spend(run, value.length);
  const items: Value[] = typeof value === 'string' ? [...value] : value;
  const stride = step ?? 1;
  const ordered = stride < 0 ? [...items].reverse() : items;
  const mirror = (at: number): number => (stride < 0 ? items.length - 1 - at : at);
  const from = start === null ? 0 : mirror(clamped(start, items.length, stride));
  const to = stop === null ? items.length : mirror(clamped(stop, items.length, stride));
  const made = ordered.slice(Math.max(from, 0), Math.max(to, 0)).filter((_item, at) => at % Math.abs(stride) === 0);
  return typeof value === 'string' ? made.join('') : made;
}

/** Counted from the end where negative; what is beyond an end stops there. */
function clamped(at: number, length: number, stride: number): number {
  const counted = at < 0 ? at + length : at;
  if (counted < 0) return stride < 0 ? -1 : 0;
  if (counted >= length) return stride < 0 ? length - 1 : length;
  return counted;
}
