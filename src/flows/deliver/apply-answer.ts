/** What a provider's answer makes of its alert: the next status, when and where to try again, and what an answer that comes late still says. */
import type { SendOutcome } from '../../contracts/adapter.js';
import { retryAt, SCHEDULES } from '../../core/delivery/backoff.js';
import { type Availability, takesOver } from '../../core/delivery/route.js';
import { type AlertEvent, nextStatus } from '../../core/delivery/state.js';
import { nextLook } from '../../core/delivery/unknown.js';
import type { OutboxAlert } from '../../store/outbox.js';
import type { AlertChange } from '../../store/outbox-changes.js';
import type { House } from '../house.js';
import type { AttemptResult } from './send-alert.js';

/** @param alert as it is stored by now: its lease may have lapsed, and the next attempt may have begun */
export function applyAnswer(
  house: House,
  alert: OutboxAlert,
  result: AttemptResult,
  availability: (adapter: string) => Availability,
  now: number,
): AlertChange {
  if (!isLastOf(alert, result)) return ofEarlierAttempt(alert, result);
  switch (alert.status) {
    case 'sending':
      return changeOf(house, alert, result, availability, now);
    case 'unknown':
      // Its lease lapsed. No answer is no news; any other ends the doubt.
      return result.outcome.status === 'unknown'
        ? {}
        : { reason: null, ...changeOf(house, alert, result, availability, now) };
    case 'accepted':
    case 'delivered':
    case 'failed':
      // A receipt was quicker.
      return { leaseOwner: null, leaseUntil: null, ...namesOf(result) };
    default:
      return ofEarlierAttempt(alert, result);
  }
}

/** An operator begins to count attempts anew, so that the moment of leaving tells them apart. */
function isLastOf({ attempts, sentAt }: OutboxAlert, { claimed: { alert } }: AttemptResult): boolean {
  return attempts === alert.attempts && sentAt === alert.sentAt;
}

/** It was sent again since, or is about to be, or was given up. All that counts now is that a provider has it. */
function ofEarlierAttempt(alert: OutboxAlert, result: AttemptResult): AlertChange {
  if (result.outcome.status !== 'accepted') return {};
  const status = nextStatus(alert.status, 'receipt-accepted');
  if (status === alert.status) return {};
  return { status, reason: null, code: null, checkAt: null, afterAdapter: null, ...namesOf(result) };
}

/** By what the provider knows it, where it has it. */
function namesOf({ adapter, outcome }: AttemptResult): AlertChange {
  if (outcome.status !== 'accepted') return {};
  return { provider: adapter, ...(outcome.providerId === undefined ? {} : { providerId: outcome.providerId }) };
}

function changeOf(
  house: House,
  alert: OutboxAlert,
  result: AttemptResult,
  availability: (adapter: string) => Availability,
  now: number,
): AlertChange {
  const { claimed, adapter, outcome } = result;
  const next = nextAttempt(house, alert, outcome, now, takesOver(claimed.route, adapter, availability));
  const event = eventOf(outcome, next);
  const status = nextStatus(alert.status, event);
  return {
    status,
    ...namesOf(result),
    provider: adapter,
    code: 'code' in outcome ? outcome.code.slice(0, 64) : null,
    leaseOwner: null,
    leaseUntil: null,
    checkAt: status === 'unknown' ? firstLook(house, alert, adapter, now) : null,
    afterAdapter: next?.immediately ? adapter : null,
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
  alert: OutboxAlert,
  outcome: SendOutcome,
  now: number,
  successor: string | undefined,
): NextAttempt | undefined {
  const { attempts, lane, expiresAt } = alert;
  const aboutAccount = outcome.status === 'rejected' && outcome.scope === 'account';
  if ((outcome.status !== 'retryable' && !aboutAccount) || isGivenUp(alert)) return undefined;
  const inTime = expiresAt === undefined || now < expiresAt;
  if (successor !== undefined && inTime && attempts < SCHEDULES[lane].attempts) return { at: now, immediately: true };
  if (outcome.status !== 'retryable') return undefined;
  const { retryAfterMs } = outcome;
  const at = retryAt({ attempt: attempts, lane, now, retryAfterMs, expiresAt, random: house.random() });
  return at === undefined ? undefined : { at, immediately: false };
}

/** Its deadline has passed: its code is wiped, and nobody expects it any more. */
function isGivenUp({ status, checkAt }: OutboxAlert): boolean {
  return status === 'unknown' && checkAt === undefined;
}

function eventOf(outcome: SendOutcome, next: NextAttempt | undefined): AlertEvent {
  if (outcome.status === 'retryable' && next === undefined) return 'give-up';
  return next === undefined ? outcome.status : 'retryable';
}

function firstLook({ adapters }: House, { lane, sentAt }: OutboxAlert, adapter: string, now: number): number {
  const canLookUp = adapters.find(({ name }) => name === adapter)?.adapter.lookup !== undefined;
  return nextLook({ lane, sentAt: sentAt ?? now, lookups: 0, canLookUp, now });
}
