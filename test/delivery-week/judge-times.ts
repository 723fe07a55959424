/** When things left: never in quiet hours, soon after them, and codes at once; where nothing that the plan broke explains it. */
import { isQuiet, quietEnd } from './local-time.js';
import { LEAVES_WITHIN } from './open-house.js';
import { HOUR, holdsOf, MINUTE, outagesOf, SECOND, type Span } from './plan.js';
import type { PlannedAlert } from './population.js';
import type { Week } from './run-week.js';

export interface Times {
  mistakes: string[];
  /** Messages that waited for the end of quiet hours, and the longest that one took after it, milliseconds. */
  deferred: number;
  slowestAfterQuiet: number;
  /** Codes made on a usual moment, and the longest until its first request. */
  codes: number;
  slowestCode: number;
}

/** After the end of a night everything that waited leaves at once, at the rate of its provider. */
const SOON = 15 * MINUTE;
const AT_ONCE = 5 * SECOND;

export function judgeTimes(week: Week): Times {
  const { plan, alerts, providers, downs, neverRequested } = week;
  const broken: Span[] = [...outagesOf(plan), ...holdsOf(plan), ...downs];
  const isUsual = (from: number, to: number) => broken.every((span) => to < span.from || from > span.to + AFTER_BROKEN);
  const times: Times = { mistakes: [], deferred: 0, slowestAfterQuiet: 0, codes: 0, slowestCode: 0 };
  const wrong = ({ alertId }: PlannedAlert, mistake: string) => times.mistakes.push(`${alertId}: ${mistake}`);
  for (const alert of alerts) {
    const { lane, person, expiresAt, at: madeAt } = alert;
    const sent = providers.requests.get(alert.alertId) ?? [];
    const first = sent[0]?.at;
    const hung = neverRequested.has(alert.alertId);
    if (lane === 'otp' && !hung && first !== undefined && isUsual(madeAt, first)) {
      times.codes += 1;
      times.slowestCode = Math.max(times.slowestCode, first - madeAt);
      if (first - madeAt > AT_ONCE) wrong(alert, `a code waited ${first - madeAt} ms`);
    }
    if (lane === 'otp' || lane === 'security') continue;
    const disturbed = sent.filter(({ at }) => isQuiet(person, at) && isQuiet(person, at - LEAVES_WITHIN));
    if (disturbed.length > 0) wrong(alert, `it left in quiet hours, at ${disturbed.map(({ at }) => at).join()}`);
    if (hung || !isQuiet(person, madeAt)) continue;
    const end = quietEnd(person, madeAt);
    const isInTime = expiresAt === undefined || expiresAt > end + SOON;
    if (!isInTime || !isUsual(end, Math.max(end + SOON, first ?? 0))) continue;
    times.deferred += 1;
    if (first === undefined) wrong(alert, 'it was deferred and never left');
    else {
      times.slowestAfterQuiet = Math.max(times.slowestAfterQuiet, first - end);
      if (first - end > SOON) wrong(alert, `it left ${first - end} ms after quiet hours`);
    }
  }
  return times;
}

/** A breaker may stay open for its longest pause, and what was held up leaves first. */
const AFTER_BROKEN = HOUR;
