/** `history`: what this account (or customer) did before, over exact sliding windows or everything. */
import { LedgerbellError } from '../../contracts/errors.js';
import type { Measure } from '../../contracts/rule.js';
import { parseDuration } from '../event/duration.js';
import { takeMeasure } from '../profile/measure.js';
import { emptySeries, type SeriesSpec } from '../profile/series.js';
import { times } from '../rules/exact.js';
import { type FactDefinition, WARMING } from '../rules/frame.js';

const MEASURES: readonly Measure[] = ['count', 'sum', 'mean', 'min', 'max', 'distinct', 'stddev'];
const NOTHING = emptySeries();
const KEYS = new Set(['measure', 'of', 'where', 'window', 'include', 'times', 'on']);

export const history: FactDefinition = {
  name: 'history',
  description: 'A measure over earlier events: count, sum, mean, min, max, distinct or stddev',
  paths: {},
  accessor: ({ params, series }) => {
    const request = checkHistory(params);
    const shared = series(params);
    const { window } = seriesSpec(params);
    const plain = (request.measure === 'count' || request.measure === 'distinct') && request.times === undefined;
    return {
      kind: plain ? 'plain' : 'money',
      perRecipient: false,
      read: (frame) => {
        const state = (request.include === 'previous' ? frame.before : frame.after)[shared.id] ?? NOTHING;
        if (isWarming(state.warmingSince, window, frame.event.time)) return WARMING;
        const value = takeMeasure(state, shared, {
          measure: request.measure,
          window,
          at: frame.event.time,
          currency: frame.currency,
          rates: frame.context.settings.rates,
        });
        return value === undefined || request.times === undefined ? value : times(value, request.times);
      },
    };
  },
};

function isWarming(since: number | undefined, window: number | undefined, at: number): boolean {
  return since !== undefined && (window === undefined || at - window < since);
}

/** @throws LedgerbellError `history-invalid` */
export function checkHistory(params: Readonly<Record<string, unknown>>): {
  measure: Measure;
  include: 'current' | 'previous';
  times?: number | string;
} {
  const unknown = Object.keys(params).find((key) => !KEYS.has(key));
  if (unknown !== undefined) throw invalid(`"${unknown}" is no parameter of history; it takes ${[...KEYS].join(', ')}`);
  const measure = MEASURES.find((known) => known === params.measure);
  if (measure === undefined) throw invalid(`"measure" must be one of ${MEASURES.join(', ')}`);
  if (measure !== 'count' && typeof params.of !== 'string')
    throw invalid(`"${measure}" needs "of": the path it measures`);
  const include = params.include ?? 'current';
  if (include !== 'current' && include !== 'previous') throw invalid('"include" must be "current" or "previous"');
  const factor = params.times;
  if (factor !== undefined && typeof factor !== 'number' && typeof factor !== 'string') {
    throw invalid('"times" must be a number or decimal text');
  }
  return { measure, include, times: factor };
}

/** The series one use of history reads; uses that only differ in measure or window share it. */
export function seriesSpec(params: Readonly<Record<string, unknown>>): SeriesSpec {
  const window = params.window === 'all' ? undefined : parseDuration(String(params.window));
  return {
    id: '',
    of: typeof params.of === 'string' ? params.of : undefined,
    where: (params.where ?? {}) as SeriesSpec['where'],
    on: (params.on as string[] | undefined) ?? ['transaction.posted', 'transaction.authorised'],
    window,
    distinct: params.measure === 'distinct',
  };
}

/** Same key, same series: windows of any length share one, running totals and texts have their own. */
export function seriesKey(params: Readonly<Record<string, unknown>>): string {
  const where = Object.entries((params.where ?? {}) as object).sort(([a], [b]) => (a < b ? -1 : 1));
  const on = [...((params.on as string[] | undefined) ?? [])].sort();
  const kind = params.window === 'all' ? 'all' : 'window';
  const distinct = params.measure === 'distinct' ? 'distinct' : '';
  return JSON.stringify([kind, params.of ?? '', where, on, distinct]);
}

function invalid(message: string): LedgerbellError {
  return new LedgerbellError('history-invalid', message);
}
