/** `addresses` and `proxies` of a signature: each has to be an address, or a network with a prefix of its own length. */
import { isIP } from 'node:net';
import type { Mistake } from '../registry/schema-check.js';

const LISTS = ['addresses', 'proxies'];

export function addressMistakes(settings: Record<string, unknown>, path: string): Mistake[] {
  const wrong = LISTS.flatMap((name) => {
    const entries = Array.isArray(settings[name]) ? (settings[name] as unknown[]) : [];
    return entries.flatMap((entry, index) =>
      typeof entry !== 'string' || isAddress(entry)
        ? []
        : [
            {
              path: `${path}.${name}[${index}]`,
              message: 'must be an address such as 10.0.0.7, or a network such as 10.0.0.0/8',
            },
          ],
    );
  });
  const lonely =
    settings.scheme !== 'mutual-tls-header' && settings.proxies !== undefined && settings.addresses === undefined;
  if (lonely) wrong.push({ path: `${path}.proxies`, message: 'says nothing without `addresses`' });
  return wrong;
}

function isAddress(entry: string): boolean {
  const [address = '', prefix, ...more] = entry.split('/');
  const longest = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  if (more.length > 0 || longest < 0) return false;
  return prefix === undefined || (/^(?:0|[1-9]\d{0,2})$/.test(prefix) && Number(prefix) <= longest);
}
