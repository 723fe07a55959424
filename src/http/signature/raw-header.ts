/** Reads headers off Node's `rawHeaders`, where one that was sent twice still shows: in `headers` it is joined, or the second is lost. */
import { SignatureRefused } from './signature-refused.js';

/** @param name lower-case */
export function headerValues(rawHeaders: readonly string[], name: string): string[] {
  return rawHeaders.filter((_value, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === name);
}

/**
 * The value of a header that must be there once.
 * @throws SignatureRefused `signature-missing`, `header-duplicated`
 */
export function onlyHeader({ rawHeaders }: { rawHeaders: readonly string[] }, name: string): string {
  const [value, ...more] = headerValues(rawHeaders, name);
  if (more.length > 0) throw new SignatureRefused('header-duplicated');
  if (value === undefined || value === '') throw new SignatureRefused('signature-missing');
  return value;
}
