/** Records what came of attempts, many in one transaction: the next status, the attempts' rows, and when and where to try again. */
import type { Knex } from 'knex';
import type { SendOutcome } from '../../contracts/adapter.js';
import type { AlertStatus } from '../../contracts/decision.js';
import { retryAt, SCHEDULES } from '../../core/delivery/backoff.js';
import { type Availability, takesOver } from '../../core/delivery/route.js';
import { type AlertEvent, nextStatus, RECEIPT_EVENTS } from '../../core/delivery/state.js';
import { nextLook } from '../../core/delivery/unknown.js';
import { type Attempt, insertAttempts } from '../../store/attempts.js';
import { wipeCodes } from '../../store/codes-in-alerts.js';
import type { OutboxAlert } from '../../store/outbox.js';
import { type AlertChange, changeAlerts, lockAlerts } from '../../store/outbox-changes.js';
import { type EarlyReceipt, matchEarlyReceipts } from '../../store/receipts.js';
import { withTransaction } from '../../store/with-transaction.js';
import type { House } from '../house.js';
import { noteHealth } from './provider-health.js';
import type { AttemptResult } from './send-alert.js';

/** Ended without reaching a phone: the edge and cooldown are given back. */
export const UNDELIVERED: readonly AlertStatus[] = ['failed', 'dead', 'expired'];

export interface Settled {
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
    const early = await earlyReceipts(house, trx, results);
    const settled: Settled[] = [];
    const changes: { alertId: string; change: AlertChange }[] = [];
    for (const result of results) {
      const { alert: claimed } = result.claimed;
      const alert = stored.get(claimed.alertId) ?? claimed;
      // An attempt that is recorded again, after the next one has begun, says nothing about that one.
      const isCurrent = alert.attempts === claimed.attempts;
      const answered = isCurrent ? changeOf(house, alert, result, availability, now) : {};
      const change = heard(answered, early.get(alert.alertId));
      if (isCurrent) changes.push({ alertId: alert.alertId, change });
      settled.push({ alert, status: change.status ?? alert.status, outcome: result.outcome });
    }
    await changeAlerts(database, trx, changes, now);
    if (settled.some(({ alert }) => alert.lane === 'otp')) await wipeCodes(database, trx, ids);
    await insertAttempts(database, trx, results.map(attemptOf));
    return settled;
  });
}

/** A provider may call back before its own answer is recorded, and name the message by an id that only that answer tells us. */
function earlyReceipts(
  { vault: { database } }: House,
  trx: Knex.Transaction,
  results: readonly AttemptResult[],
): Promise<Map<string, EarlyReceipt[]>> {
  const named = results.flatMap(({ claimed, adapter, outcome }) =>
    outcome.status === 'accepted' && outcome.providerId !== undefined
      ? { alertId: claimed.alert.alertId, adapter, providerId: outcome.providerId }
      : [],
  );
  return matchEarlyReceipts(database, trx, named);
}

function heard(answered: AlertChange, receipts: readonly EarlyReceipt[] = []): AlertChange {
  let change = answered;
  for (const { state, code } of receipts) {
    const event = RECEIPT_EVENTS[state];
    if (event === undefined || change.status === undefined) continue;
    const status = nextStatus(change.status, event);
    if (status !== change.status)
      change = { ...change, status, ...(code === undefined ? {} : { code: code.slice(0, 64) }) };
  }
  return change;
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

function changeOf(
  house: House,
  alert: OutboxAlert,
  { claimed, adapter, outcome }: AttemptResult,
  availability: (adapter: string) => Availability,
  now: number,
): AlertChange {
  const next = nextAttempt(house, alert, outcome, now, takesOver(claimed.route, adapter, availability));
  const event = eventOf(outcome, next);
  const status = nextStatus(alert.status, event);
  return {
    status,
    provider: adapter,
    code: 'code' in outcome ? outcome.code.slice(0, 64) : null,
    leaseOwner: null,
    leaseUntil: null,
    checkAt: status === 'unknown' ? firstLook(house, alert, adapter, now) : null,
    afterAdapter: next?.immediately ? adapter : null,
    ...(outcome.status === 'accepted' && outcome.providerId !== undefined ? { providerId: outcome.providerId } : {}),
    ...(next === undefined ? {} : { notBefore: next.at, delayed: true }),
    ...(event === 'give-up' ? { reason: 'attempts-exhausted' } : {}),
  };
}

interface NextAttempt {
  /** Epoch milliseconds. */
  at: number;
  /** Another adapter takes over. */
  immediately: boolean;
}

/** Undefined where there is none: the outcome was good, or final, or no attempt is left. */
function nextAttempt(
  house: House,
  { attempts, lane, expiresAt }: OutboxAlert,
  outcome: SendOutcome,
  now: number,
  successor: string | undefined,
): NextAttempt | undefined {
  const aboutAccount = outcome.status === 'rejected' && outcome.scope === 'account';
  if (outcome.status !== 'retryable' && !aboutAccount) return undefined;
  const inTime = expiresAt === undefined || now < expiresAt;
  if (successor !== undefined && inTime && attempts < SCHEDULES[lane].attempts) return { at: now, immediately: true };
  if (outcome.status !== 'retryable') return undefined;
  const { retryAfterMs } = outcome;
  const at = retryAt({ attempt: attempts, lane, now, retryAfterMs, expiresAt, random: house.random() });
  return at === undefined ? undefined : { at, immediately: false };
}

function eventOf(outcome: SendOutcome, next: NextAttempt | undefined): AlertEvent {
  if (outcome.status === 'retryable' && next === undefined) return 'give-up';
  return next === undefined ? outcome.status : 'retryable';
}

function firstLook({ adapters }: House, { lane, sentAt }: OutboxAlert, adapter: string, now: number): number {
  const canLookUp = adapters.find(({ name }) => name === adapter)?.adapter.lookup !== undefined;
  return nextLook({ lane, sentAt: sentAt ?? now, lookups: 0, canLookUp, now });
}
