/** Reads a CloudEvents attribute off an HTTP header value. */
import { RequestRefused } from './request-refused.js';

/** CloudEvents HTTP binding 3.1.3.2: quotes are taken off, then percent-encoded UTF-8 is decoded, once. A lone % stays. */
export function decodeHeader(name: string, value: string): string {
  const quoted = /^"(.*)"$/s.exec(value)?.[1]?.replaceAll(/\\(.)/gs, '$1');
  try {
    return (quoted ?? value).replaceAll(/(?:%[0-9a-f]{2})+/gi, decodeURIComponent);
  } catch (cause) {
    throw new RequestRefused('header-malformed', `The header ${name} is not percent-encoded UTF-8.`, cause);
  }
}
