/** Is a signature of now? Both readings below are strict, because several ways of writing one time would be several requests. */
import { SignatureRefused } from './signature-refused.js';

/** `seconds-or-rfc3339` for who does not say which: no text is both. */
export type TimeFormat = 'seconds' | 'milliseconds' | 'rfc3339' | 'seconds-or-rfc3339';

type OneFormat = Exclude<TimeFormat, 'seconds-or-rfc3339'>;

const WRITTEN: Readonly<Record<OneFormat, RegExp>> = {
  seconds: /^(?:0|[1-9]\d{0,11})$/,
  milliseconds: /^(?:0|[1-9]\d{0,14})$/,
  rfc3339: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/,
};
const SCALE = { seconds: 1000, milliseconds: 1 };

/**
 * Judged in whole seconds, a time at the tolerance being timely still.
 * @param now epoch milliseconds
 * @throws SignatureRefused `timestamp-malformed`, `timestamp-too-old`, `timestamp-in-future`
 */
export function checkTimely(written: string, format: TimeFormat, now: number, toleranceSeconds: number): void {
  const one = format === 'seconds-or-rfc3339' ? (WRITTEN.seconds.test(written) ? 'seconds' : 'rfc3339') : format;
  const ms = WRITTEN[one].test(written) ? inMilliseconds(written, one) : Number.NaN;
  if (!Number.isFinite(ms)) throw new SignatureRefused('timestamp-malformed');
  const age = Math.floor(now / 1000) - Math.floor(ms / 1000);
  if (age > toleranceSeconds) throw new SignatureRefused('timestamp-too-old');
  if (age < -toleranceSeconds) throw new SignatureRefused('timestamp-in-future');
}

function inMilliseconds(written: string, format: OneFormat): number {
  return format === 'rfc3339' ? Date.parse(written) : Number(written) * SCALE[format];
}
