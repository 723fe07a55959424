/**
 * Delivers what is in the outbox: keeps the places at each provider filled, claims as many alerts as there are free places,
 * and records outcomes in groups. Wakes at once when alerts were made, and looks by itself now and then for what was deferred.
 */
import { randomUUID } from 'node:crypto';
import { type Claim, type ClaimedAlert, claimAlerts } from '../flows/deliver/claim.js';
import { reportUndelivered } from '../flows/deliver/report-undelivered.js';
import { type AttemptResult, sendAlert } from '../flows/deliver/send-alert.js';
import { type Settled, settleAttempts, UNDELIVERED } from '../flows/deliver/settle.js';
import type { House } from '../flows/house.js';
import type { CommitSummary } from '../flows/ingest/settings.js';
import { createDoze } from './doze.js';

/**
 * Milliseconds in which answers that come together become one claim and one commit instead of many, each of which waits for
 * the disk. New alerts wait less: there may be a code among them.
 */
const GATHER_ANSWERS = 10;
const GATHER_NEW = 2;
/** Alerts of one claim: more would keep a higher lane waiting. */
const MOST_CLAIMED = 256;
/** Milliseconds: a rate that is used up is not asked for more often. */
const SHORTEST_PAUSE = 10;

export interface Courier {
  start(): void;
  /** Looks at the outbox now. */
  wake(): void;
  /** Claims no more, and waits for what is under way. */
  stop(): Promise<void>;
}

export interface CourierOptions {
  /** Milliseconds between looks while nothing wakes it. */
  everyMs: number;
  /** `results[n]` is the attempt of `settled[n]`. */
  onSettled?(settled: readonly Settled[], results: readonly AttemptResult[]): void;
  /** Alerts that a gate ended without an attempt. */
  onEnded?(ended: Claim['ended']): void;
}

export function createCourier(house: House, options: CourierOptions): Courier {
  const owner = randomUUID();
  const underWay = new Set<Promise<void>>();
  /** Requests under way, by provider. */
  const busy = new Map<string, number>();
  let patience = options.everyMs;
  let done: AttemptResult[] = [];
  let flushing: Promise<void> | undefined;
  let stopping = false;
  let loop: Promise<void> | undefined;
  let isNew = true;
  const doze = createDoze();

  async function run(): Promise<void> {
    while (!stopping) {
      const claimed = await claimSome();
      if (claimed === 0) await doze.sleep(patience);
    }
    await Promise.all(underWay);
    await flush();
  }

  /** Returns how many alerts changed. */
  async function claimSome(): Promise<number> {
    await gather(isNew ? GATHER_NEW : GATHER_ANSWERS);
    isNew = false;
    try {
      const { leaving, ended, moved, refillsIn } = await claimAlerts(house, owner, MOST_CLAIMED, busy);
      for (const claimed of leaving) launch(claimed);
      options.onEnded?.(ended);
      if (ended.some(({ verdict }) => UNDELIVERED.includes(verdict.status))) await report();
      patience = Math.min(options.everyMs, Math.max(SHORTEST_PAUSE, refillsIn ?? options.everyMs));
      return moved;
    } catch (error) {
      house.log.error({ error: describe(error) }, 'the outbox could not be read; trying again');
      patience = options.everyMs;
      return 0;
    }
  }

  /** Only while it is busy. */
  async function gather(milliseconds: number): Promise<void> {
    if (underWay.size > 0) await new Promise((resolve) => setTimeout(resolve, milliseconds));
  }

  function launch(claimed: ClaimedAlert): void {
    const { adapter } = claimed;
    busy.set(adapter, (busy.get(adapter) ?? 0) + 1);
    const attempt: Promise<void> = sendAlert(house, claimed).then((result) => {
      done.push(result);
      underWay.delete(attempt);
      busy.set(adapter, (busy.get(adapter) ?? 1) - 1);
      flushing ??= flush().finally(() => {
        flushing = undefined;
      });
      doze.ring();
    });
    underWay.add(attempt);
  }

  /** Outcomes that come while a group is written go with the next one. A database that is away loses none of them. */
  async function flush(): Promise<void> {
    while (done.length > 0) {
      await gather(GATHER_ANSWERS);
      const results = done;
      done = [];
      // Another one took them while this one gathered.
      if (results.length === 0) return;
      try {
        const settled = await settleAttempts(house, results);
        options.onSettled?.(settled, results);
        if (settled.some(({ status }) => UNDELIVERED.includes(status))) await report();
      } catch (error) {
        house.log.error(
          { error: describe(error), waiting: results.length },
          'outcomes could not be recorded; trying again',
        );
        done = [...results, ...done];
        if (stopping) return;
        await new Promise((resolve) => setTimeout(resolve, options.everyMs));
      }
    }
  }

  /** What fails here is done by a tick later; it is no reason to settle anything again. */
  async function report(): Promise<void> {
    try {
      await reportUndelivered(house);
    } catch (error) {
      house.log.warn({ error: describe(error) }, 'undelivered alerts could not be reported; a tick will');
    }
  }

  function wake(): void {
    isNew = true;
    doze.ring();
  }

  return {
    start() {
      loop ??= run();
    },
    wake,
    async stop() {
      stopping = true;
      wake();
      await loop;
      await flushing;
    },
  };
}

/** Whether a commit made anything to deliver. */
export function madeAlerts({ decisions }: CommitSummary): boolean {
  return decisions.some(({ outcome }) => outcome === 'alert');
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${(error as { code?: string }).code ?? 'error'}` : 'error';
}
