/**
 * One look at which leases this replica holds: renews its own, gives up what exceeds its part, takes what is free up to its
 * part. Its part is an equal one among the replicas that are there.
 */
import { claimLease, countLeases, releaseLeases, renewLeases } from '../store/leases.js';
import { withTransaction } from '../store/with-transaction.js';
import type { House } from './house.js';

export interface Sharing {
  /** What the leases are about, such as `stream/core`. */
  of: string;
  /** Of this replica, this run. */
  owner: string;
  /** Milliseconds a lease holds without being renewed. */
  forMs: number;
}

type Shop = Pick<House, 'vault'>;

export interface Looked {
  /** Still held. */
  held: Set<string>;
  /** How many this replica should hold at most. */
  part: number;
}

export async function renewShare(
  { vault: { database } }: Shop,
  { of, owner, forMs }: Sharing,
  all: readonly string[],
  held: readonly string[],
): Promise<Looked> {
  return withTransaction(database, async (trx) => {
    await claimLease(database, trx, { name: `${of}/replica/${owner}`, owner, forMs });
    const replicas = await countLeases(database, trx, `${of}/replica/`);
    const names = held.map((partition) => leaseOf(of, partition));
    const renewed = await renewLeases(database, trx, { names, owner, forMs });
    return {
      held: new Set(held.filter((partition) => renewed.has(leaseOf(of, partition)))),
      part: Math.ceil(all.length / Math.max(1, replicas)),
    };
  });
}

export async function claimShare(
  { vault: { database } }: Shop,
  { of, owner, forMs }: Sharing,
  partition: string,
): Promise<boolean> {
  return withTransaction(database, (trx) => claimLease(database, trx, { name: leaseOf(of, partition), owner, forMs }));
}

export async function releaseShare(
  { vault: { database } }: Shop,
  { of, owner }: Sharing,
  partitions: readonly string[],
  options: { leaves?: boolean } = {},
): Promise<void> {
  const names = partitions.map((partition) => leaseOf(of, partition));
  if (options.leaves) names.push(`${of}/replica/${owner}`);
  await withTransaction(database, (trx) => releaseLeases(database, trx, { names, owner }));
}

const leaseOf = (of: string, partition: string): string => `${of}/partition/${partition}`;
