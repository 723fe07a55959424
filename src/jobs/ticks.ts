/**
 * What happens by the clock. A tick only says that it is time; what is due is a row in the database, so that several
 * replicas, a missed tick or a restart change nothing.
 */
import cron, { type ScheduledTask } from 'node-cron';
import { purgeCampaigns } from '../flows/campaigns/purge-campaigns.js';
import { purgeOldChallenges, wipeForgottenCodes } from '../flows/challenges/tidy-challenges.js';
import { markAbandoned } from '../flows/deliver/mark-abandoned.js';
import { purgeSendCounts } from '../flows/deliver/purge-send-counts.js';
import { reportUndelivered } from '../flows/deliver/report-undelivered.js';
import { settleUnknown } from '../flows/deliver/settle-unknown.js';
import { releaseForgotten } from '../flows/hold.js';
import type { House } from '../flows/house.js';
import { purgeOldEvents } from '../flows/purge-events.js';
import { purgeEvidence } from '../flows/purge-evidence.js';
import { purgeInbound } from '../flows/purge-inbound.js';
import { raiseDigests } from '../flows/schedules/raise-digests.js';
import { raiseInactivity } from '../flows/schedules/raise-inactivity.js';
import { raisePayments } from '../flows/schedules/raise-payments.js';
import { raiseTips } from '../flows/schedules/raise-tips.js';
import { purgeIgnored } from '../flows/sources/purge-ignored.js';
import { purgeCodesAndLinks } from '../flows/verify/purge-codes-and-links.js';
import { purgeWebhooks } from '../flows/webhooks/deliver-webhooks.js';

interface Tick {
  name: string;
  /** Six fields: seconds first. */
  expression: string;
  run(house: House): Promise<number>;
}

const TICKS: readonly Tick[] = [
  { name: 'abandoned', expression: '*/5 * * * * *', run: markAbandoned },
  { name: 'unknown', expression: '2-59/5 * * * * *', run: settleUnknown },
  { name: 'undelivered', expression: '30 * * * * *', run: reportUndelivered },
  { name: 'codes', expression: '45 * * * * *', run: wipeForgottenCodes },
  { name: 'forgotten-holds', expression: '15 * * * * *', run: releaseForgotten },
  { name: 'inactivity', expression: '0 * * * * *', run: raiseInactivity },
  { name: 'payments', expression: '5 * * * * *', run: raisePayments },
  { name: 'digests', expression: '10 * * * * *', run: raiseDigests },
  { name: 'security-tips', expression: '20 * * * * *', run: raiseTips },
  { name: 'send-counts', expression: '45 7 * * * *', run: purgeSendCounts },
  { name: 'retention', expression: '0 30 3 * * *', run: purgeOldEvents },
  { name: 'evidence-retention', expression: '0 55 3 * * *', run: purgeEvidence },
  { name: 'campaign-retention', expression: '0 10 4 * * *', run: purgeCampaigns },
  { name: 'ignored-retention', expression: '0 15 4 * * *', run: purgeIgnored },
  { name: 'inbound-retention', expression: '0 35 3 * * *', run: purgeInbound },
  { name: 'challenge-retention', expression: '0 40 3 * * *', run: purgeOldChallenges },
  { name: 'page-retention', expression: '0 50 3 * * *', run: purgeCodesAndLinks },
  { name: 'webhook-retention', expression: '0 45 3 * * *', run: purgeWebhooks },
];

export interface Ticks {
  stop(): Promise<void>;
}

export function startTicks(house: House): Ticks {
  const running = new Set<Promise<void>>();
  const tasks: ScheduledTask[] = TICKS.map((tick) =>
    cron.schedule(
      tick.expression,
      () => {
        const run = runTick(house, tick).finally(() => running.delete(run));
        running.add(run);
        return run;
      },
      { name: tick.name, noOverlap: true },
    ),
  );
  return {
    async stop() {
      for (const task of tasks) await task.destroy();
      await Promise.all(running);
    },
  };
}

async function runTick(house: House, tick: Tick): Promise<void> {
  try {
    const count = await tick.run(house);
    house.watch?.ticked(tick.name, count);
    if (count > 0) house.log.info({ tick: tick.name, count }, 'tick');
  } catch (error) {
    house.watch?.ticked(tick.name, undefined);
    house.log.error({ tick: tick.name, error: (error as Error)?.name }, 'tick failed; the next one tries again');
  }
}
