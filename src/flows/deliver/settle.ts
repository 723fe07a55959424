/** Records what came of attempts, many in one transaction: the next status, the attempt's row, and when to try again. */
import type { Knex } from 'knex';
import type { SendOutcome } from '../../contracts/adapter.js';
import type { AlertStatus } from '../../contracts/decision.js';
import { retryAt } from '../../core/delivery/backoff.js';
import { type AlertEvent, nextStatus } from '../../core/delivery/state.js';
import { insertAttempts } from '../../store/attempts.js';
import { type AlertChange, findAlert, type OutboxAlert, updateAlert } from '../../store/outbox.js';
import { withTransaction } from '../../store/with-transaction.js';
import type { House } from '../house.js';
import type { AttemptResult } from './send-alert.js';

/** Ended without reaching a phone: the edge and cooldown are given back. */
export const UNDELIVERED: readonly AlertStatus[] = ['failed', 'dead', 'expired'];

export interface Settled {
  alert: OutboxAlert;
  status: AlertStatus;
  outcome: SendOutcome;
}

export async function settleAttempts(house: House, results: readonly AttemptResult[]): Promise<Settled[]> {
  const { database } = house.vault;
  return withTransaction(database, async (trx) => {
    const settled: Settled[] = [];
    for (const result of results) settled.push(await settleOne(house, trx, result));
    await insertAttempts(
      database,
      trx,
      results.map(({ claimed, adapter, outcome, startedAt, endedAt }) => ({
        alertId: claimed.alert.alertId,
        number: claimed.alert.attempts,
        at: startedAt,
        adapter,
        outcome: outcome.status,
        code: 'code' in outcome ? outcome.code : undefined,
        providerId: outcome.status === 'accepted' ? outcome.providerId : undefined,
        milliseconds: endedAt - startedAt,
      })),
    );
    return settled;
  });
}

async function settleOne(
  house: House,
  trx: Knex.Transaction,
  { claimed, adapter, outcome }: AttemptResult,
): Promise<Settled> {
  const { database } = house.vault;
  const now = house.now();
  // A receipt may have come before the provider's own answer: what is stored by now decides.
  const alert = (await findAlert(database, trx, claimed.alert.alertId)) ?? claimed.alert;
  const again =
    outcome.status === 'retryable' ? nextAttempt(house, claimed.alert, outcome.retryAfterMs, now) : undefined;
  const event: AlertEvent = outcome.status === 'retryable' && again === undefined ? 'give-up' : outcome.status;
  const status = nextStatus(alert.status, event);
  const change: AlertChange = {
    status,
    provider: adapter,
    code: 'code' in outcome ? outcome.code.slice(0, 64) : null,
    leaseOwner: null,
    leaseUntil: null,
    ...(outcome.status === 'accepted' && outcome.providerId !== undefined ? { providerId: outcome.providerId } : {}),
    ...(again === undefined ? {} : { notBefore: again, delayed: true }),
    ...(event === 'give-up' ? { reason: 'attempts-exhausted' } : {}),
  };
  await updateAlert(database, trx, alert.alertId, [alert.status], change, now);
  return { alert, status, outcome };
}

function nextAttempt(
  house: House,
  { attempts, lane, expiresAt }: OutboxAlert,
  retryAfterMs: number | undefined,
  now: number,
): number | undefined {
  return retryAt({ attempt: attempts, lane, now, retryAfterMs, expiresAt, random: house.random() });
}
