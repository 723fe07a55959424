/**
 * How long messages took, counted from the time of their event. That time is in the database; it is asked for when somebody
 * looks, or when many have gathered, and so never keeps a message waiting.
 */
import { Histogram, type Registry } from 'prom-client';
import type { Lane } from '../contracts/rule.js';

/** Seconds, up to a day: a code counts in seconds, a message that was held overnight in hours. */
const BUCKETS = [0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3600, 14_400, 43_200, 86_400];

/** So many are looked up without anybody asking. */
const GATHERED = 256;
/** While the database is away, later ones are not kept. */
const MOST_KEPT = 10_000;

export type Stage = 'accepted' | 'delivered';

export interface Arrival {
  stage: Stage;
  alertId: string;
  lane: Lane;
  /** Epoch milliseconds. */
  at: number;
}

export interface Latency {
  note(arrivals: readonly Arrival[]): void;
}

export interface LatencyOptions {
  registry: Registry;
  /** Epoch milliseconds of the event of each alert; those that are gone are left out. Undefined where it cannot be told now. */
  eventTimes(alertIds: readonly string[]): Promise<ReadonlyMap<string, number> | undefined>;
}

export function createLatency({ registry, eventTimes }: LatencyOptions): Latency {
  let kept: Arrival[] = [];
  let looking: Promise<void> | undefined;
  const collect = () => flush();
  const settings = { labelNames: ['lane'] as const, buckets: BUCKETS, registers: [registry] };
  const histograms: Record<Stage, Histogram<'lane'>> = {
    accepted: new Histogram({
      name: 'ledgerbell_acceptance_seconds',
      help: 'From the time of the event until a provider took the message',
      ...settings,
      collect,
    }),
    delivered: new Histogram({
      name: 'ledgerbell_handset_seconds',
      help: 'From the time of the event until the message was on the handset, as far as receipts tell',
      ...settings,
      collect,
    }),
  };

  function flush(): Promise<void> {
    looking ??= look().finally(() => {
      looking = undefined;
    });
    return looking;
  }

  async function look(): Promise<void> {
    if (kept.length === 0) return;
    const arrivals = kept;
    kept = [];
    const times = await eventTimes([...new Set(arrivals.map(({ alertId }) => alertId))]);
    if (times === undefined) {
      kept = [...arrivals, ...kept].slice(0, MOST_KEPT);
      return;
    }
    for (const { stage, alertId, lane, at } of arrivals) {
      const time = times.get(alertId);
      // A sender's clock may be a little ahead of ours.
      if (time !== undefined) histograms[stage].observe({ lane }, Math.max(0, at - time) / 1000);
    }
  }

  return {
    note(arrivals) {
      kept.push(...arrivals.slice(0, MOST_KEPT - kept.length));
      if (kept.length >= GATHERED && kept.length - arrivals.length < GATHERED) void flush();
    },
  };
}
