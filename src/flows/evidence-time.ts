/** The two ends of a time that evidence is asked for: a day of UTC, or a moment. */
import { LedgerbellError } from '../contracts/errors.js';
import { parseInstant } from '../core/event/instant.js';

const DAY = 86_400_000;
const IS_DAY = /^\d{4}-\d\d-\d\d$/;

/** Epoch milliseconds. A day begins at its midnight and, as the end, counts until the next. @throws LedgerbellError `request-invalid` */
export function evidenceTime(name: 'from' | 'to', written: string | undefined): number | undefined {
  if (written === undefined) return undefined;
  const isDay = IS_DAY.test(written);
  try {
    const at = parseInstant(isDay ? `${written}T00:00:00Z` : written);
    return isDay && name === 'to' ? at + DAY : at;
  } catch (cause) {
    const message = `\`${name}\` must be a day such as 2026-11-22, or RFC 3339 with an offset`;
    throw new LedgerbellError('request-invalid', message, { cause, path: `?${name}` });
  }
}
