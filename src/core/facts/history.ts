/** `history`: what this account (or customer) did before, over exact sliding windows or everything. */
import { LedgerbellError } from '../../contracts/errors.js';
import type { Measure } from '../../contracts/rule.js';
import { parseDuration } from '../event/duration.js';
import { textOfData } from '../profile/counted.js';
import { countSame, takeMeasure } from '../profile/measure.js';
import { emptySeries, type SeriesSpec } from '../profile/series.js';
import { times } from '../rules/exact.js';
import { type FactDefinition, WARMING } from '../rules/frame.js';

const MEASURES: readonly Measure[] = ['count', 'sum', 'mean', 'min', 'max', 'distinct', 'stddev'];
const NOTHING = emptySeries();
const KEYS = new Set(['measure', 'of', 'same', 'where', 'window', 'include', 'times', 'on']);

export const history: FactDefinition = {
  name: 'history',
  description: 'A measure over earlier events: count, sum, mean, min, max, distinct or stddev',
  paths: {},
  accessor: ({ params, series }) => {
    const request = checkHistory(params);
    const shared = series(params);
    const { window } = seriesSpec(params);
    const { same } = request;
    const plain = (request.measure === 'count' || request.measure === 'distinct') && request.times === undefined;
    return {
      kind: plain ? 'plain' : 'money',
      perRecipient: false,
      read: (frame) => {
        const state = (request.include === 'previous' ? frame.before : frame.after)[shared.id] ?? NOTHING;
        if (isWarming(state.warmingSince, window, frame.event.time)) return WARMING;
        if (same !== undefined) return countSame(state, textOfData(frame.event, same), frame.event.time, window);
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
  same?: string;
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
  return { measure, include, times: factor, same: checkSame(params) };
}

function checkSame({ same, measure, of, times: factor }: Readonly<Record<string, unknown>>): string | undefined {
  if (same === undefined) return undefined;
  if (typeof same !== 'string') throw invalid('"same" is the path whose value must be that of this event');
  if (measure !== 'count' || of !== undefined || factor !== undefined) {
    throw invalid('"same" counts: it takes "measure": "count", and neither "of" nor "times"');
  }
  return same;
}

/** The series one use of history reads; uses that only differ in measure or window share it. */
export function seriesSpec(params: Readonly<Record<string, unknown>>): SeriesSpec {
  const window = params.window === 'all' ? undefined : parseDuration(String(params.window));
  return {
    id: '',
    of: measuredPath(params),
    where: (params.where ?? {}) as SeriesSpec['where'],
    on: (params.on as string[] | undefined) ?? ['transaction.posted', 'transaction.authorised'],
    window,
    distinct: tellsApart(params),
  };
}

/** Same key, same series: windows of any length share one, running totals and texts have their own. */
export function seriesKey(params: Readonly<Record<string, unknown>>): string {
  const where = Object.entries((params.where ?? {}) as object).sort(([a], [b]) => (a < b ? -1 : 1));
  const on = [...((params.on as string[] | undefined) ?? [])].sort();
  const kind = params.window === 'all' ? 'all' : 'window';
  const distinct = tellsApart(params) ? 'distinct' : '';
  return JSON.stringify([kind, measuredPath(params) ?? '', where, on, distinct]);
}

/** How often one value occurred is known to the series that tells the values apart. */
function tellsApart({ measure, same }: Readonly<Record<string, unknown>>): boolean {
  return measure === 'distinct' || typeof same === 'string';
}

function measuredPath({ of, same }: Readonly<Record<string, unknown>>): string | undefined {
  const path = same ?? of;
  return typeof path === 'string' ? path : undefined;
}

function invalid(message: string): LedgerbellError {
  return new LedgerbellError('history-invalid', message);
}
