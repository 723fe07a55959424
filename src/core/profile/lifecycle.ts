/**
 * Authorised, posted and reversed events that share a `transactionId` are one transaction (semantics: deciding, 8):
 * counted once, at what its latest event says, and taken out again by a reversal, in whichever order they arrive.
 */
import type { LedgerEvent } from '../../contracts/event.js';
import { countedBy } from './counted.js';
import { ownKey, type Profile, type SeriesValue, type TransactionState } from './profile.js';
import { addEntry, emptySeries, removeEntry, type SeriesSpec, type SeriesState } from './series.js';

type SeriesMap = Readonly<Record<string, SeriesState>>;

export interface LifecycleView {
  /** The transaction this event belongs to or takes back, if it says. */
  id?: string;
  transaction?: TransactionState;
  isReversal: boolean;
  /** Series without this transaction, and with this event's share in it: what `previous` and `current` read. */
  before: SeriesMap;
  after: SeriesMap;
  /** What is kept. */
  kept: SeriesMap;
  /** The transaction as it will be kept; absent where the event names none. */
  next?: TransactionState;
}

const UNSEEN: TransactionState = { reversed: false, counted: {}, alerted: [] };

/** The key (`ownKey`) of the transaction whose lifecycle this event belongs to; `reverses` wins, since it names the other transaction. */
export function lifecycleId(event: LedgerEvent): string | undefined {
  const id = event.type.startsWith('transaction.') ? (event.reverses ?? event.transactionId) : undefined;
  return id === undefined ? undefined : ownKey(id);
}

export function isReversal(event: LedgerEvent): boolean {
  return event.type === 'transaction.reversed' || event.reverses !== undefined;
}

export function viewLifecycle(profile: Profile, event: LedgerEvent, specs: readonly SeriesSpec[]): LifecycleView {
  const id = lifecycleId(event);
  const transaction = id === undefined ? undefined : profile.transactions[id];
  const latest = Math.max(profile.time ?? event.time, event.time);
  const before = transaction === undefined ? profile.series : without(profile.series, specs, transaction);
  if (isReversal(event)) {
    const next = id === undefined ? undefined : { ...(transaction ?? UNSEEN), reversed: true, counted: {} };
    return { id, transaction, isReversal: true, before, after: before, kept: before, next };
  }
  const counted = countedBy(specs, event);
  const after = having(before, specs, counted, event.time, latest);
  if (id === undefined || event.type === 'transaction.declined') {
    return { isReversal: false, before, after, kept: after };
  }
  const known = transaction ?? UNSEEN;
  if (known.reversed) {
    return { id, transaction, isReversal: false, before, after, kept: before, next: known };
  }
  const outdated = known.time !== undefined && event.time < known.time;
  if (outdated) return { id, transaction, isReversal: false, before, after, kept: profile.series, next: known };
  const next = { ...known, time: event.time, counted };
  return { id, transaction, isReversal: false, before, after, kept: after, next };
}

function without(series: SeriesMap, specs: readonly SeriesSpec[], transaction: TransactionState): SeriesMap {
  const { time } = transaction;
  if (time === undefined) return series;
  let changed = series;
  for (const spec of specs) {
    const value = transaction.counted[spec.id];
    const state = series[spec.id];
    if (value === undefined || state === undefined) continue;
    changed = { ...changed, [spec.id]: removeEntry(state, spec, time, value) };
  }
  return changed;
}

function having(
  series: SeriesMap,
  specs: readonly SeriesSpec[],
  counted: Readonly<Record<string, SeriesValue>>,
  time: number,
  latest: number,
): SeriesMap {
  let changed: Record<string, SeriesState> | undefined;
  for (const spec of specs) {
    const value = counted[spec.id];
    if (value === undefined) continue;
    changed ??= { ...series };
    changed[spec.id] = addEntry(series[spec.id] ?? emptySeries(), spec, time, value, latest);
  }
  return changed ?? series;
}
