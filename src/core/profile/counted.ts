/** What one event adds to which series. */
import type { LedgerEvent } from '../../contracts/event.js';
import { readPath } from '../rules/path.js';
import type { SeriesValue } from './profile.js';
import type { SeriesSpec } from './series.js';

/** Values by series id; a series the event does not belong to is left out. */
export function countedBy(specs: readonly SeriesSpec[], event: LedgerEvent): Record<string, SeriesValue> {
  const counted: Record<string, SeriesValue> = {};
  for (const spec of specs) {
    if (!spec.on.includes(event.type) || !matches(spec.where, event)) continue;
    const value = seriesValue(spec, event);
    if (value !== undefined) counted[spec.id] = value;
  }
  return counted;
}

function matches(where: SeriesSpec['where'], event: LedgerEvent): boolean {
  for (const path in where) {
    const wanted = where[path];
    const found = readPath(event.data, path.split('.'));
    if (Array.isArray(wanted) ? !wanted.includes(found as string) : found !== wanted) return false;
  }
  return true;
}

function seriesValue(spec: SeriesSpec, event: LedgerEvent): SeriesValue | undefined {
  if (spec.of === undefined) return null;
  if (spec.of === 'amount' && !spec.distinct) return event.amount;
  if (spec.of === 'balanceAfter' && !spec.distinct) return event.balanceAfter;
  const found = readPath(event.data, spec.of.split('.'));
  if (spec.distinct) return typeof found === 'string' || typeof found === 'number' ? String(found) : undefined;
  return typeof found === 'number' && Number.isSafeInteger(found) ? found : undefined;
}
