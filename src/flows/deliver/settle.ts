/** Records what came of attempts, many in one transaction: what becomes of the alerts, and the attempts' rows. */
import type { SendOutcome } from '../../contracts/adapter.js';
import type { AlertStatus } from '../../contracts/decision.js';
import { type Attempt, insertAttempts } from '../../store/attempts.js';
import { wipeCodes } from '../../store/codes-in-alerts.js';
import type { OutboxAlert } from '../../store/outbox.js';
import { type AlertChange, changeAlerts, lockAlerts } from '../../store/outbox-changes.js';
import { withTransaction } from '../../store/with-transaction.js';
import type { House } from '../house.js';
import { applyAnswer } from './apply-answer.js';
import { hearEarlyReceipts, type NamedMessage } from './early-receipts.js';
import { noteHealth } from './provider-health.js';
import type { AttemptResult } from './send-alert.js';

/** Ended without reaching a phone: the edge and cooldown are given back. */
export const UNDELIVERED: readonly AlertStatus[] = ['failed', 'dead', 'expired'];

export interface Settled {
  /** As it was before. */
  alert: OutboxAlert;
  status: AlertStatus;
  outcome: SendOutcome;
}

export function settleAttempts(house: House, results: readonly AttemptResult[]): Promise<Settled[]> {
  const { database } = house.vault;
  return withTransaction(database, async (trx) => {
    const now = house.now();
    const ids = results.map(({ claimed }) => claimed.alert.alertId);
    // A receipt may have come before the provider's own answer: what is stored by now decides.
    const stored = await lockAlerts(database, trx, ids);
    const availability = await noteHealth(house, trx, results, now);
    const changes = new Map<string, AlertChange>();
    const settled = results.map((result): Settled => {
      const { alertId } = result.claimed.alert;
      const alert = stored.get(alertId) ?? result.claimed.alert;
      const change = applyAnswer(house, alert, result, availability, now);
      const status = change.status ?? alert.status;
      // An answer that hung may come together with that of the next attempt.
      changes.set(alertId, { ...changes.get(alertId), ...change });
      stored.set(alertId, { ...alert, status });
      return { alert, status, outcome: result.outcome };
    });
    const named = [...changes].flatMap(([alertId, change]) =>
      Object.keys(change).length === 0 ? [] : [{ alertId, change }],
    );
    await changeAlerts(database, trx, named, now);
    const moved = await hearEarlyReceipts(
      house,
      trx,
      results.flatMap((result) => namedBy(result, stored)),
      now,
    );
    if (settled.some(({ alert }) => alert.lane === 'otp')) await wipeCodes(database, trx, ids);
    await insertAttempts(database, trx, results.map(attemptOf));
    return settled.map((one) => ({ ...one, status: moved.get(one.alert.alertId) ?? one.status }));
  });
}

function namedBy(
  { claimed, adapter, outcome }: AttemptResult,
  stored: ReadonlyMap<string, OutboxAlert>,
): NamedMessage[] {
  if (outcome.status !== 'accepted' || outcome.providerId === undefined) return [];
  const { alertId } = claimed.alert;
  const status = stored.get(alertId)?.status ?? claimed.alert.status;
  return [{ alertId, adapter, providerId: outcome.providerId, status }];
}

function attemptOf({ claimed, adapter, outcome, startedAt, endedAt }: AttemptResult): Attempt {
  return {
    alertId: claimed.alert.alertId,
    number: claimed.alert.steps,
    at: startedAt,
    adapter,
    outcome: outcome.status,
    code: 'code' in outcome ? outcome.code : undefined,
    providerId: outcome.status === 'accepted' ? outcome.providerId : undefined,
    milliseconds: endedAt - startedAt,
  };
}
