/** What came in and went out of an account since a time, from the series that a rule on balance digests keeps. */

import { LedgerbellError } from '../../contracts/errors.js';
import type { Money } from '../../contracts/event.js';
import { takeMeasure } from '../profile/measure.js';
import { emptySeries, type SeriesSpec } from '../profile/series.js';
import type { Frame } from '../rules/frame.js';

export interface FlowSeries {
  in: SeriesSpec;
  out: SeriesSpec;
}

const NOTHING = emptySeries();

/** Longer than any month, with an hour that clocks give back. */
const WINDOW = 'P32D';

/** The parameters of `history` that the two series have; rules that measure the same share them. */
export const FLOW_PARAMETERS = {
  in: { measure: 'sum', of: 'amount', where: { direction: 'credit' }, window: WINDOW },
  out: { measure: 'sum', of: 'amount', where: { direction: 'debit' }, window: WINDOW },
} as const;

/** Undefined where a measure is not complete yet, or its currencies cannot be added. */
export function moneySince(frame: Frame, spec: SeriesSpec, since: number): Money | undefined {
  const state = frame.after[spec.id] ?? NOTHING;
  const { time } = frame.event;
  if (state.warmingSince !== undefined && since < state.warmingSince) return undefined;
  const { currency } = frame;
  try {
    const { rates } = frame.context.settings;
    const sum = takeMeasure(state, spec, { measure: 'sum', window: time - since, at: time, currency, rates });
    if (sum === undefined) return { minor: 0, currency };
    return typeof sum === 'number' || sum.den !== 1n ? undefined : { minor: Number(sum.num), currency };
  } catch (error) {
    if (error instanceof LedgerbellError) return undefined;
    throw error;
  }
}
