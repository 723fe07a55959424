/**
 * Delivers what is in the outbox: keeps up to `concurrency` requests under way, claims as many as are free, and records
 * outcomes in groups. Wakes at once when alerts were made, and looks by itself now and then for what was deferred.
 */
import { randomUUID } from 'node:crypto';
import { type ClaimedAlert, claimAlerts } from '../flows/deliver/claim.js';
import { reportUndelivered } from '../flows/deliver/report-undelivered.js';
import { type AttemptResult, sendAlert } from '../flows/deliver/send-alert.js';
import { type Settled, settleAttempts, UNDELIVERED } from '../flows/deliver/settle.js';
import type { House } from '../flows/house.js';
import type { CommitSummary } from '../flows/ingest/settings.js';

const GATHER_MS = 5;

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
  onSettled?(settled: readonly Settled[]): void;
}

export function createCourier(house: House, options: CourierOptions): Courier {
  const owner = randomUUID();
  const underWay = new Set<Promise<void>>();
  let done: AttemptResult[] = [];
  let flushing: Promise<void> | undefined;
  let stopping = false;
  let loop: Promise<void> | undefined;
  let ring: () => void = () => undefined;
  let rung = false;

  async function run(): Promise<void> {
    while (!stopping) {
      const claimed = await claimSome();
      if (claimed === 0) await pause();
    }
    await Promise.all(underWay);
    await flush();
  }

  async function claimSome(): Promise<number> {
    await gather();
    const free = house.delivery.concurrency - underWay.size;
    if (free <= 0) return 0;
    try {
      const { leaving, ended } = await claimAlerts(house, owner, free);
      for (const claimed of leaving) launch(claimed);
      if (ended.some(({ verdict }) => UNDELIVERED.includes(verdict.status))) await report();
      return leaving.length + ended.length;
    } catch (error) {
      house.log.error({ error: describe(error) }, 'the outbox could not be read; trying again');
      return 0;
    }
  }

  /** While it is busy, answers that come within a moment of each other make room for one claim instead of many. */
  async function gather(): Promise<void> {
    const busy = underWay.size > house.delivery.concurrency / 2;
    if (busy) await new Promise((resolve) => setTimeout(resolve, GATHER_MS));
  }

  function launch(claimed: ClaimedAlert): void {
    const attempt: Promise<void> = sendAlert(house, claimed).then((result) => {
      done.push(result);
      underWay.delete(attempt);
      flushing ??= flush().finally(() => {
        flushing = undefined;
      });
      wake();
    });
    underWay.add(attempt);
  }

  /** Outcomes that come while a group is written go with the next one. A database that is away loses none of them. */
  async function flush(): Promise<void> {
    while (done.length > 0) {
      const results = done;
      done = [];
      try {
        const settled = await settleAttempts(house, results);
        options.onSettled?.(settled);
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

  function pause(): Promise<void> {
    if (rung) {
      rung = false;
      return Promise.resolve();
    }
    return new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, options.everyMs);
      ring = () => {
        clearTimeout(timer);
        resolve();
      };
    }).then(() => {
      rung = false;
    });
  }

  function wake(): void {
    rung = true;
    ring();
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
