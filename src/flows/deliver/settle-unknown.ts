/**
 * Looks into messages that may or may not have been sent: asks the provider where it can be asked, and at the lane's deadline
 * does what its policy says. Nothing is sent again on doubt unless that policy says so, and then it is counted.
 */
import type { LookupOutcome } from '../../contracts/adapter.js';
import { SCHEDULES } from '../../core/delivery/backoff.js';
import { type AlertEvent, nextStatus } from '../../core/delivery/state.js';
import { atDeadline, deadlineOf, nextLook } from '../../core/delivery/unknown.js';
import { type Attempt, insertAttempts } from '../../store/attempts.js';
import { leaseDoubtful } from '../../store/doubtful-alerts.js';
import type { OutboxAlert } from '../../store/outbox.js';
import { type AlertChange, changeAlerts, lockAlerts, type NamedChange } from '../../store/outbox-changes.js';
import { withTransaction } from '../../store/with-transaction.js';
import type { House } from '../house.js';
import type { LookedInto } from '../watch.js';
import { hearEarlyReceipts, type NamedMessage } from './early-receipts.js';
import { adapterOf, lookUp } from './look-up.js';
import { withoutNeighbours } from './without-neighbours.js';

const PAGE = 32;

/** For a tick. Returns how many were looked into. */
export async function settleUnknown(house: House): Promise<number> {
  const { database } = house.vault;
  let looked = 0;
  for (;;) {
    const now = house.now();
    const lease = { now, leaseUntil: now + house.delivery.attemptMs * 2, limit: PAGE };
    const alerts = await withTransaction(database, (trx) => leaseDoubtful(database, trx, lease));
    if (alerts.length > 0) {
      const doubts = await settleAll(house, alerts, await lookUp(house, alerts));
      house.watch?.lookedInto(doubts);
    }
    looked += alerts.length;
    if (alerts.length < PAGE) return looked;
  }
}

function settleAll(
  house: House,
  alerts: readonly OutboxAlert[],
  answers: ReadonlyMap<string, LookupOutcome>,
): Promise<LookedInto[]> {
  const { database } = house.vault;
  return withTransaction(database, async (trx) => {
    const now = house.now();
    const ids = alerts.map(({ alertId }) => alertId);
    // While the provider was asked a receipt may have come, or the answer and another attempt: then there is no such doubt any more.
    const asked = new Map(alerts.map(({ alertId, sentAt }) => [alertId, sentAt]));
    const stored = await lockAlerts(database, trx, ids);
    const believed = await withoutNeighbours(house, trx, stored, answers);
    const changes: NamedChange[] = [];
    const steps: Attempt[] = [];
    const doubts: LookedInto[] = [];
    for (const alert of stored.values()) {
      if (alert.status !== 'unknown' || alert.sentAt !== asked.get(alert.alertId)) continue;
      const found = findings(house, alert, believed.get(alert.alertId), now);
      const traced = found.steps.map((step, index) => traceOf(alert, step, index, now));
      changes.push({ alertId: alert.alertId, change: { ...found.change, steps: alert.steps + traced.length } });
      steps.push(...traced);
      doubts.push(doubtOf(alert, found, now));
    }
    await changeAlerts(database, trx, changes, now);
    await insertAttempts(database, trx, steps);
    const moved = await hearEarlyReceipts(
      house,
      trx,
      changes.flatMap((change) => namedBy(change, stored)),
      now,
    );
    return doubts.map((doubt) => {
      const { alert } = doubt;
      return { ...doubt, alert: { ...alert, to: moved.get(alert.alertId) ?? alert.to } };
    });
  });
}

/** The look-up told us the id by which receipts may have named it already. */
function namedBy({ alertId, change }: NamedChange, stored: ReadonlyMap<string, OutboxAlert>): NamedMessage[] {
  const adapter = stored.get(alertId)?.provider;
  const { providerId, status } = change;
  if (adapter === undefined || status === undefined || typeof providerId !== 'string') return [];
  return [{ alertId, adapter, providerId, status }];
}

function doubtOf(
  { alertId, lane, notify, provider = 'none', status }: OutboxAlert,
  { change, steps }: Findings,
  at: number,
): LookedInto {
  const alert = { alertId, lane, notify, from: status, to: change.status ?? status, at };
  const reason = change.reason ?? undefined;
  return { provider, outcomes: steps.map(({ outcome }) => outcome), reason, alert };
}

interface Step {
  outcome: string;
  code?: string;
  providerId?: string;
}

interface Findings {
  change: AlertChange;
  steps: Step[];
}

function findings(house: House, alert: OutboxAlert, answer: LookupOutcome | undefined, now: number): Findings {
  // A webhook that arrives twice is recognised by its id, so that sending it again is always safe.
  if (alert.notify === 'bank') return { change: again(alert, 'absent', now), steps: [{ outcome: 'bank-again' }] };
  const steps: Step[] = answer === undefined ? [] : [stepOf(answer)];
  const lookups = alert.lookups + steps.length;
  if (answer?.status === 'absent') return { change: { ...again(alert, 'absent', now), lookups }, steps };
  if (answer?.status === 'found' && answer.state !== 'unknown') {
    const { state, providerId, code } = answer;
    const status = nextStatus(alert.status, `receipt-${state}`);
    return { change: { status, checkAt: null, lookups, providerId, code: code?.slice(0, 64) }, steps };
  }
  return waitOrDecide(house, { ...alert, lookups }, steps, now);
}

function waitOrDecide(house: House, alert: OutboxAlert, steps: Step[], now: number): Findings {
  const { lane, lookups, resends, expiresAt } = alert;
  const sentAt = alert.sentAt ?? alert.updatedAt;
  if (now < deadlineOf({ lane, sentAt })) {
    const canLookUp = adapterOf(house, alert)?.adapter.lookup !== undefined;
    return { change: { lookups, checkAt: nextLook({ lane, sentAt, lookups, canLookUp, now }) }, steps };
  }
  const policy = isOver(alert) ? 'give-up' : (house.delivery.unknown?.[lane] ?? 'give-up');
  const decision = atDeadline(policy, { resends, expiresAt, now });
  const told = [...steps, { outcome: `deadline-${decision}` }];
  if (decision === 'give-up') return { change: { lookups, checkAt: null, reason: 'no-word' }, steps: told };
  return { change: { ...again(alert, 'resend', now), lookups, resends: resends + 1 }, steps: told };
}

function again(alert: OutboxAlert, event: AlertEvent, now: number): AlertChange {
  if (isOver(alert))
    return { status: nextStatus(alert.status, 'give-up'), reason: 'attempts-exhausted', checkAt: null };
  const status = nextStatus(alert.status, event);
  return { status, reason: null, checkAt: null, notBefore: now, delayed: true, code: null, afterAdapter: null };
}

function isOver({ attempts, lane }: OutboxAlert): boolean {
  return attempts >= SCHEDULES[lane].attempts;
}

function stepOf(answer: LookupOutcome): Step {
  if (answer.status === 'absent') return { outcome: 'lookup-absent' };
  if (answer.status === 'unclear') return { outcome: 'lookup-unclear', code: answer.code };
  const { state, code, providerId } = answer;
  return { outcome: 'lookup-found', code: code ?? state, ...(providerId === undefined ? {} : { providerId }) };
}

function traceOf(alert: OutboxAlert, step: Step, index: number, at: number): Attempt {
  const { alertId, provider = 'none', steps } = alert;
  return { alertId, number: steps + 1 + index, at, adapter: provider, milliseconds: 0, ...step };
}
