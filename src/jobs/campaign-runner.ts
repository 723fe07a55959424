/** Takes campaigns further, step by step, as long as there is something to do; looks by itself now and then, and at once when woken. */
import { randomUUID } from 'node:crypto';
import { leaveCampaigns, type Runner, runCampaigns } from '../flows/campaigns/run-campaigns.js';
import type { House } from '../flows/house.js';
import { createDoze } from './doze.js';

/** Milliseconds that everything else has between two steps. */
const BREATH = 2;

export interface CampaignRunner {
  start(): void;
  /** Looks now. */
  wake(): void;
  /** Ends the step under way, and leaves its campaigns to other replicas. */
  stop(): Promise<void>;
}

export function createCampaignRunner(house: House, { everyMs }: { everyMs: number }): CampaignRunner {
  const runner: Runner = { owner: randomUUID(), counting: new Map() };
  let stopping = false;
  let loop: Promise<void> | undefined;
  const doze = createDoze();

  async function run(): Promise<void> {
    while (!stopping) await doze.sleep(await step());
    await leaveCampaigns(house, runner).catch((error: unknown) => complain(error));
  }

  /** Milliseconds until the next one. */
  async function step(): Promise<number> {
    try {
      return (await runCampaigns(house, runner)) ? BREATH : everyMs;
    } catch (error) {
      complain(error);
      return everyMs;
    }
  }

  function complain(error: unknown): void {
    house.log.error({ error: (error as Error)?.name }, 'a campaign could not be taken further; trying again');
  }

  return {
    start() {
      loop ??= run();
    },
    wake: doze.ring,
    async stop() {
      stopping = true;
      doze.ring();
      await loop;
    },
  };
}
