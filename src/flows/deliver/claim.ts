/**
 * Takes alerts whose turn it is, queue by queue, asks the gates of sending, gives each an adapter, and marks those that may
 * leave as `sending`, durably, before any request is made: after a crash they are `unknown`, never blindly sent again.
 */
import type { SendVerdict } from '../../core/gates/send.js';
import { listHolds } from '../../store/holds.js';
import type { OutboxAlert } from '../../store/outbox.js';
import { changeAlerts } from '../../store/outbox-changes.js';
import { withTransaction } from '../../store/with-transaction.js';
import { type DeskOutcome, openCampaignDesk } from '../campaigns/campaign-desk.js';
import type { House } from '../house.js';
import { noteCodes } from '../verify/mark-message.js';
import { openFloodGuard } from './flood-guard.js';
import { openDesk } from './provider-desk.js';
import { routesOf } from './routes.js';
import { selectReady } from './select-ready.js';
import { loadKnown } from './send-inputs.js';
import { type ClaimedAlert, type Sorted, sortAlert } from './sort-alert.js';

export type { ClaimedAlert };

export interface Claim {
  leaving: ClaimedAlert[];
  /** Ended by a gate, without an attempt. */
  ended: { alert: OutboxAlert; verdict: SendVerdict }[];
  /** How many changed in any way: while there are any, claiming again at once is worth while. */
  moved: number;
  /** Milliseconds until a provider's rate has a message again, where one is used up. */
  refillsIn?: number;
}

const NOBODY: ReadonlyMap<string, number> = new Map();

/** @param underWay this process's requests, by provider */
export function claimAlerts(house: House, owner: string, limit: number, underWay = NOBODY): Promise<Claim> {
  const { database } = house.vault;
  return withTransaction(database, async (trx) => {
    const now = house.now();
    const holds = await listHolds(database, trx);
    const desk = await openDesk(house, trx, { holds, underWay, now });
    const routes = routesOf(house);
    const ready = await selectReady(database, trx, { routes, desk, limit, now });
    const known = await loadKnown(house, trx, ready);
    const guard = await openFloodGuard(house, trx, ready, known, now);
    const campaigns = await openCampaignDesk(house, trx, ready, now);
    const around = { guard, campaigns, house, routes, desk, known, holds, owner, now };
    const sorted = ready.map((alert) => sortAlert(alert, around));
    await guard.settle(trx);
    const lost = await desk.settle(trx);
    const kept = sorted.filter((one) => one.kind !== 'leaves' || !lost.has(one.claimed.adapter));
    const changes = kept.flatMap((one) =>
      one.change === undefined ? [] : [{ alertId: alertOf(one).alertId, change: one.change }],
    );
    await changeAlerts(database, trx, changes, now);
    await campaigns.settle(trx, kept.map(outcomeOf));
    await noteCodes(house, trx, claimOf(kept).leaving, now);
    const refillsIn = desk.refillsIn();
    return { ...claimOf(kept), moved: changes.length, ...(refillsIn === undefined ? {} : { refillsIn }) };
  });
}

function alertOf(sorted: Sorted): OutboxAlert {
  return sorted.kind === 'leaves' ? sorted.claimed.alert : sorted.alert;
}

/** As the alert was before this claim. */
function outcomeOf(sorted: Sorted): DeskOutcome {
  if (sorted.kind === 'leaves') {
    const { alert } = sorted.claimed;
    return { kind: 'leaves', alert: { ...alert, attempts: alert.attempts - 1 } };
  }
  const isEnd = sorted.kind === 'verdict' && isEnded(sorted.verdict);
  return { kind: isEnd ? 'ended' : 'waits', alert: sorted.alert };
}

function isEnded({ status }: SendVerdict): boolean {
  return status !== 'deferred' && status !== 'held';
}

function claimOf(sorted: readonly Sorted[]): Pick<Claim, 'leaving' | 'ended'> {
  const leaving = sorted.flatMap((one) => (one.kind === 'leaves' ? one.claimed : []));
  const ended = sorted.flatMap((one) =>
    one.kind === 'verdict' && isEnded(one.verdict) ? { alert: one.alert, verdict: one.verdict } : [],
  );
  return { leaving, ended };
}
