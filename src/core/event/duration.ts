/** ISO 8601 durations of fixed length: weeks alone, or days, hours, minutes and seconds. */
import { LedgerbellError } from '../../contracts/errors.js';

const DURATION = /^P(?=.*\d)(?:(\d{1,9})W|(?:(\d{1,9})D)?(?:T(?=\d)(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})S)?)?)$/;
const VARIABLE_LENGTH = /^P[^T]*\d[YM]/;

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * Milliseconds of `PT24H`, `P7D`, `P1DT12H`, `P2W`. A day is always 24 hours, so that windows have one length.
 * Throws `duration-malformed`, also for nought and for years and months, whose length depends on when they start.
 */
export function parseDuration(iso: unknown): number {
  const match = typeof iso === 'string' && iso.length <= 60 ? DURATION.exec(iso) : null;
  if (!match) {
    const variable = typeof iso === 'string' && VARIABLE_LENGTH.test(iso.slice(0, 60));
    throw malformed(variable ? 'Years and months have no fixed length: use days ("P30D") or weeks ("P4W").' : HINT);
  }
  const [weeks, days, hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0)) as Parts;
  const total = (weeks * 7 + days) * DAY + hours * HOUR + minutes * MINUTE + seconds * SECOND;
  if (total === 0) throw malformed('A duration must be longer than nothing.');
  if (!Number.isSafeInteger(total)) throw malformed('The duration is too long.');
  return total;
}

type Parts = [weeks: number, days: number, hours: number, minutes: number, seconds: number];
const HINT = 'This is not a duration such as "PT24H", "P7D" or "P1DT12H".';

function malformed(message: string): LedgerbellError {
  return new LedgerbellError('duration-malformed', message);
}
