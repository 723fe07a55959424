/** Works out one measure of one series at one time, exactly: a mean is a ratio, a deviation the root of one. */
import type { Measure } from '../../contracts/rule.js';
import type { Rates } from '../event/money.js';
import { addExact, compareExact, type Exact, exact, inCurrency, rootOf } from '../rules/exact.js';
import { ownKey, type SeriesValue } from './profile.js';
import { currencyOf, integerOf, type SeriesSpec, type SeriesState, type Totals, upperBound } from './series.js';

/** Totals of a window or of everything, with the extremes found on the way. */
interface Seen extends Totals {
  min?: number;
  max?: number;
}

export interface MeasureRequest {
  measure: Measure;
  /** Milliseconds; absent for everything. */
  window?: number;
  /** The event's own time: the window is `(at - window, at]`. */
  at: number;
  /** What several currencies are brought to. */
  currency: string;
  rates: Rates;
}

/** A count or distinct count is a plain number, the rest is exact; undefined where there is nothing to measure. */
export function takeMeasure(state: SeriesState, spec: SeriesSpec, request: MeasureRequest): number | Exact | undefined {
  if (request.measure === 'count') return countOf(state, spec, request);
  if (request.measure === 'distinct') return distinctOf(state, spec, request);
  const seen = spec.window === undefined ? totalsOfAll(state) : totalsOfWindow(state, request);
  return fromTotals(seen, request);
}

/**
 * How often `text` was counted by a series of texts, in `(at - window, at]` or ever. Undefined where there is no text to look
 * for, and where texts were merged, so that a known one could be taken for new.
 */
export function countSame(
  state: SeriesState,
  text: string | undefined,
  at: number,
  window: number | undefined,
): number | undefined {
  if (text === undefined) return undefined;
  if (window === undefined) {
    const known = state.texts[ownKey(text)];
    return known === undefined && state.textsMerged > 0 ? undefined : (known ?? 0);
  }
  if (bucketsIn(state, { at, window }).length > 0) return undefined;
  return entriesIn(state, { at, window }).filter((value) => value === text).length;
}

/** How many entries the answer may be off by: those of a merged bucket that the window's edge cuts through. */
export function measureError(state: SeriesState, request: Pick<MeasureRequest, 'at' | 'window'>): number {
  const from = request.window === undefined ? Number.NEGATIVE_INFINITY : request.at - request.window;
  let error = state.textsMerged;
  for (const bucket of state.buckets) {
    if (bucket.from <= from && bucket.to > from) {
      for (const totals of Object.values(bucket.totals)) error += totals.count;
    }
  }
  return error;
}

function countOf(state: SeriesState, spec: SeriesSpec, request: MeasureRequest): number {
  if (spec.window === undefined || request.window === undefined) {
    return Object.values(state.totals).reduce((sum, totals) => sum + totals.count, 0);
  }
  const entries = upperBound(state.times, request.at) - upperBound(state.times, request.at - request.window);
  if (state.buckets.length === 0) return entries;
  return bucketsIn(state, request).reduce(
    (sum, bucket) => sum + Object.values(bucket.totals).reduce((count, totals) => count + totals.count, 0),
    entries,
  );
}

function distinctOf(state: SeriesState, spec: SeriesSpec, request: MeasureRequest): number {
  if (spec.window === undefined) return Object.keys(state.texts).length;
  const seen = new Set<string>();
  for (const value of entriesIn(state, request)) seen.add(textOf(value));
  return seen.size;
}

function totalsOfAll(state: SeriesState): Record<string, Seen> {
  const seen: Record<string, Seen> = {};
  for (const [currency, totals] of Object.entries(state.totals)) {
    const extremes = state.extremes[currency];
    seen[currency] = { ...totals, min: extremes?.min[0], max: extremes?.max.at(-1) };
  }
  return seen;
}

function totalsOfWindow(state: SeriesState, request: MeasureRequest): Record<string, Seen> {
  const seen: Record<string, Seen> = {};
  for (const bucket of bucketsIn(state, request)) {
    for (const [currency, totals] of Object.entries(bucket.totals)) {
      const before = seen[currency] ?? { count: 0, sum: 0n, squares: 0n };
      before.count += totals.count;
      before.sum += totals.sum;
      before.squares += totals.squares;
      noteExtremes(before, totals.min, totals.max);
      seen[currency] = before;
    }
  }
  for (const value of entriesIn(state, request)) noteEntry(seen, value);
  return seen;
}

function noteEntry(seen: Record<string, Seen>, value: SeriesValue): void {
  const amount = integerOf(value);
  if (amount === undefined) return;
  const currency = currencyOf(value);
  const totals = seen[currency] ?? { count: 0, sum: 0n, squares: 0n };
  const big = BigInt(amount);
  totals.count += 1;
  totals.sum += big;
  totals.squares += big * big;
  noteExtremes(totals, amount, amount);
  seen[currency] = totals;
}

function noteExtremes(seen: Seen, min: number, max: number): void {
  if (seen.min === undefined || min < seen.min) seen.min = min;
  if (seen.max === undefined || max > seen.max) seen.max = max;
}

function entriesIn(state: SeriesState, request: Pick<MeasureRequest, 'at' | 'window'>): readonly SeriesValue[] {
  const from = request.window === undefined ? 0 : upperBound(state.times, request.at - request.window);
  return state.values.slice(from, upperBound(state.times, request.at));
}

function bucketsIn(state: SeriesState, request: Pick<MeasureRequest, 'at' | 'window'>) {
  const from = request.window === undefined ? Number.NEGATIVE_INFINITY : request.at - request.window;
  return state.buckets.filter((bucket) => bucket.to > from && bucket.from <= request.at);
}

function textOf(value: SeriesValue): string {
  return typeof value === 'object' && value !== null ? `${value.minor} ${value.currency}` : String(value);
}

function fromTotals(seen: Record<string, Seen>, request: MeasureRequest): Exact | undefined {
  const present = Object.entries(seen).filter(([, totals]) => totals.count > 0);
  if (present.length === 0) return request.measure === 'sum' ? exact(0n, 1n, request.currency) : undefined;
  const target = present.length === 1 ? (present[0]?.[0] ?? '') : request.currency;
  const bring = (amount: bigint, from: string): Exact => inCurrency(exact(amount, 1n, from), target, request.rates);
  if (request.measure === 'min' || request.measure === 'max') return extremeOf(present, request, bring);
  const count = BigInt(present.reduce((sum, [, totals]) => sum + totals.count, 0));
  const sum = present.map(([from, totals]) => bring(totals.sum, from)).reduce(addExact);
  if (request.measure === 'sum') return sum;
  if (request.measure === 'mean') return exact(sum.num, sum.den * count, target);
  // The population's deviation: the root of (n * sum of squares - square of the sum) / n squared.
  const squares = present
    .map(([from, totals]) => {
      const unit = bring(1n, from);
      return exact(totals.squares * unit.num * unit.num, unit.den * unit.den, target);
    })
    .reduce(addExact);
  const num = count * squares.num * sum.den * sum.den - sum.num * sum.num * squares.den;
  return rootOf(exact(num, count * count * squares.den * sum.den * sum.den, target));
}

function extremeOf(
  present: [string, Seen][],
  request: MeasureRequest,
  bring: (amount: bigint, from: string) => Exact,
): Exact | undefined {
  const wanted = request.measure === 'min' ? -1 : 1;
  let best: Exact | undefined;
  for (const [from, totals] of present) {
    const amount = request.measure === 'min' ? totals.min : totals.max;
    if (amount === undefined) return undefined;
    const candidate = bring(BigInt(amount), from);
    if (best === undefined || compareExact(candidate, best) === wanted) best = candidate;
  }
  return best;
}
