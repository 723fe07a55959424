/**
 * Shares the partitions of a stream among the replicas, by leases in the database that all of them share. A replica that
 * comes gets its part from the others, that of one that ends is free at once, and that of one that crashed after a while.
 */
import { randomUUID } from 'node:crypto';
import type { PartitionLease, PartitionReader } from '../contracts/stream.js';
import type { House } from '../flows/house.js';
import { claimShare, releaseShare, renewShare, type Sharing } from '../flows/share-leases.js';

export interface ShareOptions {
  /** Milliseconds a lease holds without being renewed; looked at three times as often. */
  forMs: number;
  of: string;
}

interface Held {
  reader: PartitionReader;
  /** False from the first moment on at which it was not renewed in time, whatever comes after: its reader has ended. */
  isHeld(): boolean;
  renew(until: number): void;
  lose(): void;
}

export function sharePartitions(
  house: House,
  { forMs, of }: ShareOptions,
  partitions: readonly string[],
  read: (lease: PartitionLease) => PartitionReader,
): { stop(): Promise<void> } {
  const sharing: Sharing = { of, owner: randomUUID(), forMs };
  const held = new Map<string, Held>();
  let stopping = false;
  let timer: NodeJS.Timeout | undefined;
  let wake: () => void = () => undefined;

  async function look(): Promise<void> {
    await stopReaders(lapsed());
    const until = performance.now() + forMs;
    const { held: renewed, part } = await renewShare(house, sharing, partitions, [...held.keys()]);
    for (const [partition, one] of held) {
      if (renewed.has(partition)) one.renew(until);
      else one.lose();
    }
    // Another replica has them already, or they were renewed too late.
    await stopReaders(lapsed());
    const tooMany = [...held.keys()].slice(part);
    await stopReaders(tooMany);
    if (tooMany.length > 0) await releaseShare(house, sharing, tooMany);
    for (const partition of partitions) {
      if (stopping || held.size >= part) return;
      if (held.has(partition)) continue;
      const claimedUntil = performance.now() + forMs;
      if (await claimShare(house, sharing, partition)) begin(partition, claimedUntil);
    }
  }

  function begin(partition: string, until: number): void {
    const lease = leaseUntil(until);
    held.set(partition, { ...lease, reader: read({ partition, isHeld: lease.isHeld }) });
    house.log.info({ stream: of, partition }, 'reads a partition of a stream');
  }

  /** Its lease is given up after it stopped, so that it may settle what is under way. */
  async function stopReaders(names: readonly string[]): Promise<void> {
    await Promise.all(names.map((partition) => held.get(partition)?.reader.stop()));
    for (const partition of names) held.delete(partition);
  }

  async function run(): Promise<void> {
    while (!stopping) {
      try {
        await look();
      } catch (error) {
        house.log.warn(
          { stream: of, error: (error as Error)?.name },
          'the partitions of a stream could not be shared; trying again',
        );
      }
      if (stopping) return;
      await new Promise<void>((resolve) => {
        wake = resolve;
        timer = setTimeout(resolve, forMs / 3);
      });
    }
  }

  const lapsed = (): string[] => [...held].filter(([, one]) => !one.isHeld()).map(([partition]) => partition);

  const running = run();
  return {
    async stop() {
      stopping = true;
      clearTimeout(timer);
      wake();
      await running;
      const names = [...held.keys()];
      await stopReaders(names);
      await releaseShare(house, sharing, names, { leaves: true }).catch(() => undefined);
    },
  };
}

/** @param until monotonic milliseconds */
function leaseUntil(until: number): Pick<Held, 'isHeld' | 'renew' | 'lose'> {
  let end = until;
  let isHeld = true;
  const look = (): boolean => {
    if (performance.now() >= end) isHeld = false;
    return isHeld;
  };
  return {
    isHeld: look,
    renew(later) {
      if (look()) end = later;
    },
    lose() {
      isHeld = false;
    },
  };
}
