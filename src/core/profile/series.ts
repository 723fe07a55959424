/**
 * Exact sliding windows and running totals (semantics: values, 15). A series is what one combination of measured path
 * and `where` has seen of one profile. Windowed series keep their entries; `all` keeps totals. Nothing here is changed in
 * place: a profile that was passed on stays as it was.
 */
import type { HistoryParams } from '../../contracts/rule.js';
import { ownKey, type SeriesValue } from './profile.js';

/** Entries kept exactly for each windowed series; the oldest beyond it are merged into buckets. */
export const EXACT_ENTRIES = 4096;
const MERGED_AT_ONCE = 512;
const BUCKETS = 128;
/** Smallest and largest values kept by an `all` series, so that the extreme survives that many reversals. */
const EXTREMES = 8;
const DAY = 86_400_000;

export interface SeriesSpec {
  id: string;
  of?: string;
  where: NonNullable<HistoryParams['where']>;
  on: readonly string[];
  /** The longest window asked for, milliseconds; absent for running totals. */
  window?: number;
  distinct: boolean;
}

/** Totals of one currency (`''` for plain integers, texts and bare occurrences). */
export interface Totals {
  count: number;
  sum: bigint;
  squares: bigint;
}

export interface Bucket {
  from: number;
  to: number;
  totals: Readonly<Record<string, Totals & { min: number; max: number }>>;
}

export interface SeriesState {
  /** The rule set counted from this event on only: earlier ones were not folded into it. */
  warmingSince?: number;
  /** Windowed: event times, ascending; ties in arrival order. */
  times: readonly number[];
  values: readonly SeriesValue[];
  buckets: readonly Bucket[];
  /** Running totals, by currency. */
  totals: Readonly<Record<string, Totals>>;
  /** `all` only: smallest and largest minor units by currency, sorted. */
  extremes: Readonly<Record<string, { min: readonly number[]; max: readonly number[] }>>;
  /** `all` with `distinct`: text to how often; bounded like the entries. */
  texts: Readonly<Record<string, number>>;
  /** Texts beyond the bound, counted but no longer told apart. */
  textsMerged: number;
}

export function emptySeries(): SeriesState {
  return { times: [], values: [], buckets: [], totals: {}, extremes: {}, texts: {}, textsMerged: 0 };
}

/** How far back a windowed series stays exact for an event that comes late: by its own window, and a day at least. */
export function keptFor(window: number): number {
  return window + Math.max(window, DAY);
}

/** Adds one entry at its own time; a late one lands between those already there, after its equals. */
export function addEntry(
  state: SeriesState,
  spec: SeriesSpec,
  time: number,
  value: SeriesValue,
  latest: number,
): SeriesState {
  if (spec.window === undefined) return addToTotals(state, spec, value);
  const at = upperBound(state.times, time);
  const from = lowerBound(state.times, latest - keptFor(spec.window));
  if (at < from) return state;
  const times = [...state.times.slice(from, at), time, ...state.times.slice(at)];
  const values = [...state.values.slice(from, at), value, ...state.values.slice(at)];
  const oldest = latest - keptFor(spec.window);
  const buckets = state.buckets.length === 0 ? state.buckets : state.buckets.filter((bucket) => bucket.to > oldest);
  return mergeOldest({ ...state, times, values, buckets });
}

/** Takes one entry out again; entries with the same time and value are interchangeable. */
export function removeEntry(state: SeriesState, spec: SeriesSpec, time: number, value: SeriesValue): SeriesState {
  if (spec.window === undefined) return removeFromTotals(state, spec, value);
  for (let index = upperBound(state.times, time) - 1; index >= 0 && state.times[index] === time; index--) {
    if (sameValue(state.values[index] ?? null, value)) {
      return { ...state, times: state.times.toSpliced(index, 1), values: state.values.toSpliced(index, 1) };
    }
  }
  return removeFromBucket(state, time, value);
}

function addToTotals(state: SeriesState, spec: SeriesSpec, value: SeriesValue): SeriesState {
  const currency = currencyOf(value);
  const totals = { ...state.totals, [currency]: addTotals(state.totals[currency], value, 1) };
  if (spec.distinct && typeof value === 'string') return { ...state, totals, ...addText(state, value) };
  const amount = integerOf(value);
  if (amount === undefined) return { ...state, totals };
  const before = state.extremes[currency] ?? { min: [], max: [] };
  const others = state.totals[currency]?.count ?? 0;
  const min = keepSmallest(before.min, amount, others);
  const max = keepSmallest(before.max.map(negate).toReversed(), -amount, others).map(negate).toReversed();
  return { ...state, totals, extremes: { ...state.extremes, [currency]: { min, max } } };
}

function removeFromTotals(state: SeriesState, spec: SeriesSpec, value: SeriesValue): SeriesState {
  const currency = currencyOf(value);
  const totals = { ...state.totals, [currency]: addTotals(state.totals[currency], value, -1) };
  if (spec.distinct && typeof value === 'string') {
    const key = ownKey(value);
    const left = (state.texts[key] ?? 0) - 1;
    const texts = { ...state.texts, [key]: left };
    if (left <= 0) delete texts[key];
    return { ...state, totals, texts };
  }
  const amount = integerOf(value);
  const before = state.extremes[currency];
  if (amount === undefined || before === undefined) return { ...state, totals };
  const kept = { min: removeSorted(before.min, amount), max: removeSorted(before.max, amount) };
  return { ...state, totals, extremes: { ...state.extremes, [currency]: kept } };
}

function addText(state: SeriesState, text: string): Pick<SeriesState, 'texts' | 'textsMerged'> {
  const value = ownKey(text);
  const known = state.texts[value];
  if (known === undefined && Object.keys(state.texts).length >= EXACT_ENTRIES) {
    return { texts: state.texts, textsMerged: state.textsMerged + 1 };
  }
  return { texts: { ...state.texts, [value]: (known ?? 0) + 1 }, textsMerged: state.textsMerged };
}

function mergeOldest(state: SeriesState): SeriesState {
  if (state.times.length <= EXACT_ENTRIES) return state;
  const bucket = bucketOf(state.times.slice(0, MERGED_AT_ONCE), state.values.slice(0, MERGED_AT_ONCE));
  const buckets = [...state.buckets, bucket];
  return {
    ...state,
    times: state.times.slice(MERGED_AT_ONCE),
    values: state.values.slice(MERGED_AT_ONCE),
    buckets: buckets.length > BUCKETS ? pairUp(buckets) : buckets,
  };
}

function bucketOf(times: readonly number[], values: readonly SeriesValue[]): Bucket {
  const totals: Record<string, Totals & { min: number; max: number }> = {};
  for (const value of values) {
    const currency = currencyOf(value);
    const amount = integerOf(value) ?? 0;
    const before = totals[currency];
    totals[currency] = {
      ...addTotals(before, value, 1),
      min: Math.min(before?.min ?? amount, amount),
      max: Math.max(before?.max ?? amount, amount),
    };
  }
  return { from: times[0] ?? 0, to: times.at(-1) ?? 0, totals };
}

/** Halves the number of buckets: each two neighbours become one. */
function pairUp(buckets: readonly Bucket[]): Bucket[] {
  const paired: Bucket[] = [];
  for (let index = 0; index < buckets.length; index += 2) {
    const first = buckets[index] as Bucket;
    const second = buckets[index + 1];
    if (second === undefined) paired.push(first);
    else paired.push({ from: first.from, to: second.to, totals: mergeTotals(first.totals, second.totals) });
  }
  return paired;
}

function mergeTotals(first: Bucket['totals'], second: Bucket['totals']): Bucket['totals'] {
  const merged = { ...first };
  for (const [currency, added] of Object.entries(second)) {
    const before = merged[currency];
    merged[currency] =
      before === undefined
        ? added
        : {
            count: before.count + added.count,
            sum: before.sum + added.sum,
            squares: before.squares + added.squares,
            min: Math.min(before.min, added.min),
            max: Math.max(before.max, added.max),
          };
  }
  return merged;
}

function removeFromBucket(state: SeriesState, time: number, value: SeriesValue): SeriesState {
  const index = state.buckets.findIndex((bucket) => bucket.from <= time && time <= bucket.to);
  const bucket = state.buckets[index];
  const currency = currencyOf(value);
  const before = bucket?.totals[currency];
  if (bucket === undefined || before === undefined) return state;
  const after = { ...before, ...addTotals(before, value, -1) };
  return {
    ...state,
    buckets: state.buckets.with(index, { ...bucket, totals: { ...bucket.totals, [currency]: after } }),
  };
}

function addTotals(before: Totals | undefined, value: SeriesValue, sign: 1 | -1): Totals {
  const amount = integerOf(value);
  const count = (before?.count ?? 0) + sign;
  if (amount === undefined) return { count, sum: before?.sum ?? 0n, squares: before?.squares ?? 0n };
  const exact = BigInt(amount);
  const signed = sign === 1 ? exact : -exact;
  return { count, sum: (before?.sum ?? 0n) + signed, squares: (before?.squares ?? 0n) + signed * exact };
}

export function currencyOf(value: SeriesValue): string {
  return typeof value === 'object' && value !== null ? value.currency : '';
}

export function integerOf(value: SeriesValue): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'object' && value !== null ? value.minor : undefined;
}

function sameValue(a: SeriesValue, b: SeriesValue): boolean {
  if (typeof a === 'object' && a !== null && typeof b === 'object' && b !== null) {
    return a.minor === b.minor && a.currency === b.currency;
  }
  return a === b;
}

/** Index of the first element greater than `value`. */
export function upperBound(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  // Events nearly always come in order: look at the end first.
  if (high === 0 || (sorted[high - 1] as number) <= value) return high;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as number) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Index of the first element at or above `value`. */
export function lowerBound(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function insertSorted(sorted: readonly number[], value: number): number[] {
  return sorted.toSpliced(upperBound(sorted, value), 0, value);
}

/** A value beyond those kept is only kept when nothing between was dropped before, or a wrong extreme could surface later. */
function keepSmallest(kept: readonly number[], value: number, others: number): readonly number[] {
  const dropped = others > kept.length;
  if (dropped && value > (kept.at(-1) ?? Number.NEGATIVE_INFINITY)) return kept;
  return insertSorted(kept, value).slice(0, EXTREMES);
}

function negate(value: number): number {
  return -value;
}

function removeSorted(sorted: readonly number[], value: number): readonly number[] {
  const index = lowerBound(sorted, value);
  return sorted[index] === value ? sorted.toSpliced(index, 1) : sorted;
}
