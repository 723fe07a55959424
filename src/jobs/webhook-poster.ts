/** Keeps posting webhooks to the bank: looks once a second, and again at once while there is more. */
import type { House } from '../flows/house.js';
import { deliverWebhooks } from '../flows/webhooks/deliver-webhooks.js';
import { createDoze } from './doze.js';

const LOOK_EVERY_MS = 1_000;

export interface WebhookPoster {
  /** Begins no more, and waits for what is under way. */
  stop(): Promise<void>;
}

export function startWebhookPoster(house: House, everyMs = LOOK_EVERY_MS): WebhookPoster {
  let stopping = false;
  const doze = createDoze();

  async function run(): Promise<void> {
    while (!stopping) {
      const tried = await round(house);
      if (tried === 0 && !stopping) await doze.sleep(everyMs);
    }
  }

  const loop = run();
  return {
    async stop() {
      stopping = true;
      doze.ring();
      await loop;
    },
  };
}

async function round(house: House): Promise<number> {
  try {
    return await deliverWebhooks(house);
  } catch (error) {
    house.log.error(
      { error: (error as Error)?.name },
      'webhooks to the bank could not be read or recorded; trying again',
    );
    return 0;
  }
}
