/** Plain dotted paths: `$.merchant.country`, `$.items[0]`. Filters, wildcards and scripts are refused. */
import { LedgerbellError } from '../../contracts/errors.js';

const SEGMENT = /^(?:\.([A-Za-z_][A-Za-z0-9_-]*)|\[(\d{1,4})\])/;
const FORBIDDEN = new Set(['__proto__', 'prototype', 'constructor']);

/** `$.a.b[0]` to `['a', 'b', '0']`; the empty path and `$` mean the fact itself. @throws LedgerbellError `path-unsupported` */
export function parsePath(path: string | undefined): string[] {
  if (path === undefined || path === '$') return [];
  let rest = path.startsWith('$') ? path.slice(1) : '?';
  const segments: string[] = [];
  while (rest !== '') {
    const match = SEGMENT.exec(rest);
    const segment = match?.[1] ?? match?.[2];
    if (match === null || segment === undefined || FORBIDDEN.has(segment)) {
      throw new LedgerbellError(
        'path-unsupported',
        `The path "${path}" is not plain: write "$.name", "$.name.part" or "$.list[0]"; filters, wildcards and scripts are refused`,
      );
    }
    segments.push(segment);
    rest = rest.slice(match[0].length);
  }
  return segments;
}

/** Reads own properties only; null and anything on the way that is no object give undefined. */
export function readPath(value: unknown, segments: readonly string[]): unknown {
  let current = value;
  for (const segment of segments) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, segment)) return undefined;
    current = (current as Record<string, unknown>)[segment];
  }
  return current ?? undefined;
}
