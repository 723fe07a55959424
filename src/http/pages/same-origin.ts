/**
 * Whether a form was sent by a page of ours. The form's own token is what proves it; this refuses a forged form before the token
 * is looked at. Our pages send no referrer, for which browsers write `Origin: null`, so `Sec-Fetch-Site` decides where it is there.
 */
import type { IncomingMessage } from 'node:http';

export function isSameOrigin({ headers }: Pick<IncomingMessage, 'headers'>, publicUrl: string | undefined): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  const { origin, host } = headers;
  if (origin === undefined || origin === 'null') return true;
  const own = [host, publicUrl === undefined ? undefined : hostOf(publicUrl)];
  return own.includes(hostOf(origin));
}

function hostOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).host : undefined;
}
