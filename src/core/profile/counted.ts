/** What one event adds to which series. */
import type { LedgerEvent } from '../../contracts/event.js';
import { statedAmount } from '../event/stated-amount.js';
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
    const found = valueAt(event, path);
    if (Array.isArray(wanted) ? !wanted.includes(found as string) : found !== wanted) return false;
  }
  return true;
}

function seriesValue(spec: SeriesSpec, event: LedgerEvent): SeriesValue | undefined {
  if (spec.of === undefined) return null;
  if (spec.of === 'amount' && !spec.distinct) return event.amount ?? statedAmount(event, 'amount', 'currency');
  if (spec.of === 'balanceAfter' && !spec.distinct) return event.balanceAfter;
  if (spec.distinct) return textOfData(event, spec.of);
  const found = valueAt(event, spec.of);
  return typeof found === 'number' && Number.isSafeInteger(found) ? found : undefined;
}

/** What tells one event from another at this path: a text, or a number as text. */
export function textOfData(event: LedgerEvent, path: string): string | undefined {
  const found = valueAt(event, path);
  return typeof found === 'string' || typeof found === 'number' ? String(found) : undefined;
}

/** Most paths are a single name, and need no list of segments. */
function valueAt({ data }: LedgerEvent, path: string): unknown {
  if (path.includes('.')) return readPath(data, path.split('.'));
  return Object.hasOwn(data, path) ? (data[path] ?? undefined) : undefined;
}
