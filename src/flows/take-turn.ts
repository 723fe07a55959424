/**
 * Anybody may ask without a key, so how often is limited: by address and over all, shared by all replicas. An address is
 * counted under a keyed hash.
 */
import { isIPv4, isIPv6 } from 'node:net';
import { type Quota, takeQuotas } from '../store/quotas.js';
import { withTransaction } from '../store/with-transaction.js';
import type { House } from './house.js';

/** At most `count` within any `periodMs`. */
interface Limit {
  count: number;
  periodMs: number;
}

export interface Turn {
  /** What is asked for, in the names of counters: `verify`, `link`. */
  kind: string;
  limits: { address: Limit; overall: Limit };
  /** As the connection or a trusted proxy says. */
  address: string;
  /** Epoch milliseconds. */
  now: number;
}

/**
 * Takes one turn, or says whose are used up. Whoever is over their own limit does not use up that of all. Committed before
 * anything is looked at: a try that fails later has counted.
 */
export async function takeTurn(
  { vault }: Pick<House, 'vault'>,
  { kind, limits, address, now }: Turn,
): Promise<'taken' | 'address-limited' | 'all-limited'> {
  const quota = (name: string, limit: Limit): Quota => ({
    key: vault.bodyMac(`${kind}-quota|${limit.periodMs}|${name}`),
    ...limit,
  });
  const own = quota(`address|${networkOf(address)}`, limits.address);
  const all = quota('overall', limits.overall);
  const used = await withTransaction(vault.database, (trx) => takeQuotas(vault.database, trx, [own, all], now));
  if (used === undefined) return 'taken';
  return used === all ? 'all-limited' : 'address-limited';
}

/** Whoever has an IPv6 address has at least 2^64 of them. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (isIPv4(address)) return address;
  const [plain = ''] = address.split('%');
  return isIPv6(plain) ? expanded(plain).slice(0, 4).join(':') : 'unknown';
}

function expanded(address: string): string[] {
  const [head = '', tail] = address.split('::');
  const before = head === '' ? [] : head.split(':');
  if (tail === undefined) return before.map(withoutZeros);
  const after = tail === '' ? [] : tail.split(':');
  // An IPv4 address at the end stands for two groups; only the first four matter here.
  const zeros = Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0');
  return [...before, ...zeros, ...after].map(withoutZeros);
}

const withoutZeros = (group: string): string => group.toLowerCase().replace(/^0+(?=.)/, '');
