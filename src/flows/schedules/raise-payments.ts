/** Turns payments that are near, here or overdue into ordinary events. */
import type { Knex } from 'knex';
import type { Money } from '../../contracts/event.js';
import { inOrder, type Loans, openOf, type Plan, type Standing, standingOf } from '../../core/schedule/loans.js';
import { addDays, localDay } from '../../core/schedule/local-time.js';
import { type Look, lookAt, stagesOf } from '../../core/schedule/payment-stages.js';
import { paymentEvent } from '../../core/schedule/schedule-event.js';
import type { SubjectKey } from '../../store/crypto/subject-key.js';
import { loadLoans } from '../../store/instalments.js';
import { openDetail, type Schedule } from '../../store/schedules.js';
import type { House } from '../house.js';
import type { IncomingEvent } from '../ingest/types.js';
import { customersOf, splitSubject } from './customers-of.js';
import { policyOf } from './policy-of.js';
import { doneWith, incoming, type OneLook, raiseDue } from './raise-due.js';

/** What a planned payment is about, as its row keeps it. */
export interface PaymentDetail {
  loanId: string;
  instalmentId: string;
  dueDate: string;
}

/** Returns how many events were made. */
export function raisePayments(house: House): Promise<number> {
  return raiseDue(house, 'payment', (trx, due, now) => lookAtAll(house, trx, due, now));
}

async function lookAtAll(
  house: House,
  trx: Knex.Transaction,
  due: readonly Schedule[],
  now: number,
): Promise<OneLook[]> {
  const subjects = [...new Set(due.map(({ subject }) => subject))];
  const keys = await house.vault.keys.find(trx, subjects);
  const loans = await loadLoans(house.vault.database, trx, subjects, keys);
  const customers = await customersOf(house, trx, subjects);
  return due.map((schedule) => {
    const zone = customers.get(schedule.subject)?.timeZone ?? house.settings.timeZone;
    return lookAtOne(house, schedule, keys.get(schedule.subject), loans.get(schedule.subject), zone, now);
  });
}

function lookAtOne(
  house: House,
  schedule: Schedule,
  key: SubjectKey | undefined,
  loans: Loans | undefined,
  zone: string,
  now: number,
): OneLook {
  if (key === undefined || key.destroyed) return doneWith(schedule);
  const detail = openDetail<PaymentDetail>(schedule, key);
  const standing = standingOf(loans, detail);
  if (standing.kind !== 'open') return doneWith(schedule);
  const world = { zone, policy: policyOf(house), holidays: house.settings.holidays };
  const from = { since: standing.plan.since, mark: schedule.mark, now };
  const look = lookAt(stagesOf(standing.plan, world), from, world);
  const events = eventsOf(house, schedule, detail, loans, standing, look, localDay(now, zone));
  return { looked: { schedule, mark: look.mark, next: look.next }, events };
}

function eventsOf(
  house: House,
  { subject }: Schedule,
  { loanId, instalmentId }: PaymentDetail,
  loans: Loans | undefined,
  { plan, open }: Standing & { kind: 'open' },
  look: Look,
  today: string,
): IncomingEvent[] {
  const { entity, id: customerId } = splitSubject(subject);
  return look.raise.map((stage) => {
    const amount = stage.kind === 'low-balance' ? neededBy(loans, plan, today) : open;
    return incoming(house, paymentEvent({ entity, customerId, loanId, instalmentId, plan, amount }, stage));
  });
}

/** Everything that is to be paid from the same account from today up to and on that day. */
function neededBy(loans: Loans | undefined, { accountId, due, amount }: Plan, today: string): Money {
  let minor = 0;
  for (const loan of Object.values(loans ?? {})) {
    for (const one of inOrder(loan)) {
      const isBefore = one.plan !== undefined && one.plan.due <= due && one.plan.due > addDays(today, -1);
      const open = openOf(loan, one);
      if (isBefore && one.plan?.accountId === accountId && open?.currency === amount.currency) minor += open.minor;
    }
  }
  return { minor, currency: amount.currency };
}
