/**
 * Turns payments that are near, here or overdue into ordinary events with derived ids, which take the ordinary way: two
 * replicas that look at once, or a look that died before it was noted, make one alert.
 */
import type { Knex } from 'knex';
import type { Money } from '../../contracts/event.js';
import { parseEvent } from '../../core/event/parse-event.js';
import { inOrder, type Loans, openOf, type Plan, type Standing, standingOf } from '../../core/schedule/loans.js';
import { addDays, localDay } from '../../core/schedule/local-time.js';
import { type Look, lookAt, stagesOf } from '../../core/schedule/payment-stages.js';
import { paymentEvent } from '../../core/schedule/schedule-event.js';
import type { SubjectKey } from '../../store/crypto/subject-key.js';
import { loadLoans } from '../../store/instalments.js';
import { findDueSchedules, type Looked, noteLooks, openDetail, type Schedule } from '../../store/schedules.js';
import { withTransaction } from '../../store/with-transaction.js';
import type { House } from '../house.js';
import type { IncomingEvent } from '../ingest/types.js';
import { customersOf, splitSubject } from './customers-of.js';
import { policyOf } from './policy-of.js';

const PAGE = 200;

/** What a planned payment is about, as its row keeps it. */
export interface PaymentDetail {
  loanId: string;
  instalmentId: string;
  dueDate: string;
}

interface OneLook {
  looked: Looked;
  events: IncomingEvent[];
}

/** Returns how many events were made. */
export async function raisePayments(house: House): Promise<number> {
  const { database } = house.vault;
  let made = 0;
  for (;;) {
    const now = house.now();
    const due = await findDueSchedules(database, database.knex, 'payment', { now, limit: PAGE });
    if (due.length === 0) return made;
    const looks = await withTransaction(database, (trx) => lookAtAll(house, trx, due, now));
    const events = looks.flatMap((look) => look.events);
    if (events.length > 0) await house.pipeline.submit(events);
    await withTransaction(database, (trx) =>
      noteLooks(
        database,
        trx,
        looks.map(({ looked }) => looked),
      ),
    );
    made += events.length;
  }
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
  const done: OneLook = { looked: { schedule, mark: schedule.mark, next: undefined }, events: [] };
  if (key === undefined || key.destroyed) return done;
  const detail = openDetail<PaymentDetail>(schedule, key);
  const standing = standingOf(loans, detail);
  if (standing.kind !== 'open') return done;
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
    const original = paymentEvent({ entity, customerId, loanId, instalmentId, plan, amount }, stage);
    return { event: parseEvent(original, { now: house.now(), futureToleranceMs: 0, origin: 'inside' }), original };
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
