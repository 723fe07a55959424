/**
 * A profile as text: small, and with a format number so that an older one can be read. Times are written as differences
 * to the one before, amounts without their currency where the series has only one.
 */
import { LedgerbellError } from '../../contracts/errors.js';
import type { Loan } from '../schedule/loans.js';
import type { Profile, SeriesValue, TransactionState } from './profile.js';
import type { Bucket, SeriesState, Totals } from './series.js';

const FORMAT = 1;

type EncodedTotals = [count: number, sum: string, squares: string];

interface EncodedSeries {
  w?: number;
  t?: number[];
  /** The one currency of all values, or absent where they are written one by one. */
  c?: string;
  v?: unknown[];
  b?: [number, number, Record<string, [...EncodedTotals, number, number]>][];
  s?: Record<string, EncodedTotals>;
  x?: SeriesState['extremes'];
  d?: SeriesState['texts'];
  m?: number;
}

/** Transactions and loans are left out: the store keeps each apart. */
export function encodeProfile(profile: Profile): string {
  const { series, transactions: _apart, loans: _alsoApart, ...plain } = profile;
  return JSON.stringify({ f: FORMAT, ...plain, series: mapValues(series, encodeSeries) });
}

/** @throws LedgerbellError `profile-format` for one that a newer version wrote */
export function decodeProfile(text: string): Profile {
  const { f, series, ...plain } = JSON.parse(text) as Profile & { f: number; series: Record<string, EncodedSeries> };
  if (f !== FORMAT) {
    throw new LedgerbellError('profile-format', `A profile has format ${f}; this version reads up to ${FORMAT}`);
  }
  return { ...plain, series: mapValues(series as Record<string, EncodedSeries>, decodeSeries), transactions: {} };
}

export function encodeLoan(loan: Loan): string {
  return JSON.stringify(loan);
}

export function decodeLoan(text: string): Loan {
  return JSON.parse(text) as Loan;
}

export function encodeTransaction(transaction: TransactionState): string {
  return JSON.stringify(transaction);
}

export function decodeTransaction(text: string): TransactionState {
  return JSON.parse(text) as TransactionState;
}

function encodeSeries(state: SeriesState): EncodedSeries {
  const encoded: EncodedSeries = {};
  if (state.warmingSince !== undefined) encoded.w = state.warmingSince;
  if (state.times.length > 0) {
    encoded.t = state.times.map((time, index) => time - (state.times[index - 1] ?? 0));
    encodeValues(state.values, encoded);
  }
  if (state.buckets.length > 0) encoded.b = state.buckets.map(encodeBucket);
  if (Object.keys(state.totals).length > 0) encoded.s = mapValues(state.totals, encodeTotals);
  if (Object.keys(state.extremes).length > 0) encoded.x = state.extremes;
  if (Object.keys(state.texts).length > 0) encoded.d = state.texts;
  if (state.textsMerged > 0) encoded.m = state.textsMerged;
  return encoded;
}

function decodeSeries(encoded: EncodedSeries): SeriesState {
  let time = 0;
  return {
    ...(encoded.w === undefined ? {} : { warmingSince: encoded.w }),
    times: (encoded.t ?? []).map((difference) => {
      time += difference;
      return time;
    }),
    values: decodeValues(encoded),
    buckets: (encoded.b ?? []).map(decodeBucket),
    totals: mapValues(encoded.s ?? {}, decodeTotals),
    extremes: encoded.x ?? {},
    texts: encoded.d ?? {},
    textsMerged: encoded.m ?? 0,
  };
}

function encodeValues(values: readonly SeriesValue[], encoded: EncodedSeries): void {
  if (values.every((value) => value === null)) return;
  const first = values[0];
  const currency = typeof first === 'object' && first !== null ? first.currency : undefined;
  const same = values.every((value) => typeof value === 'object' && value !== null && value.currency === currency);
  if (currency === undefined || !same) {
    encoded.v = [...values];
    return;
  }
  encoded.c = currency;
  encoded.v = values.map((value) => (value as { minor: number }).minor);
}

function decodeValues({ t, c, v }: EncodedSeries): SeriesValue[] {
  if (v === undefined) return (t ?? []).map(() => null);
  return c === undefined ? (v as SeriesValue[]) : (v as number[]).map((minor) => ({ minor, currency: c }));
}

function encodeBucket({
  from,
  to,
  totals,
}: Bucket): [number, number, Record<string, [...EncodedTotals, number, number]>] {
  return [from, to, mapValues(totals, (one) => [...encodeTotals(one), one.min, one.max])];
}

function decodeBucket([from, to, totals]: NonNullable<EncodedSeries['b']>[number]): Bucket {
  return {
    from,
    to,
    totals: mapValues(totals, ([count, sum, squares, min, max]) => ({
      ...decodeTotals([count, sum, squares]),
      min,
      max,
    })),
  };
}

function encodeTotals({ count, sum, squares }: Totals): EncodedTotals {
  return [count, String(sum), String(squares)];
}

function decodeTotals([count, sum, squares]: EncodedTotals): Totals {
  return { count, sum: BigInt(sum), squares: BigInt(squares) };
}

function mapValues<From, To>(record: Readonly<Record<string, From>>, map: (value: From) => To): Record<string, To> {
  const mapped: Record<string, To> = {};
  for (const key of Object.keys(record)) mapped[key] = map(record[key] as From);
  return mapped;
}
