/** Turns security tips whose time has come into ordinary events, one for each customer and period. */
import type { Knex } from 'knex';
import { scheduleEvent } from '../../core/schedule/schedule-event.js';
import { lookAtTip, type Tip } from '../../core/schedule/security-tips.js';
import { subjectHash } from '../../store/crypto/subject-hash.js';
import type { Schedule } from '../../store/schedules.js';
import type { House } from '../house.js';
import { customersOf, splitSubject } from './customers-of.js';
import { planTips } from './plan-tips.js';
import { policyOf } from './policy-of.js';
import { doneWith, incoming, type OneLook, raiseDue } from './raise-due.js';

const TYPE = 'schedule.security-tip';

/** Returns how many events were made; none where no rule would tell them. */
export async function raiseTips(house: House): Promise<number> {
  if (!house.ruleSet().byType.has(TYPE)) return 0;
  await planTips(house);
  return raiseDue(house, 'tip', (trx, due, now) => lookAtAll(house, trx, due, now));
}

async function lookAtAll(
  house: House,
  trx: Knex.Transaction,
  due: readonly Schedule[],
  now: number,
): Promise<OneLook[]> {
  const { timeZone, holidays } = house.settings;
  const subjects = due.map(({ subject }) => subject);
  const customers = await customersOf(house, trx, subjects);
  return due.map((schedule) => {
    const customer = customers.get(schedule.subject);
    if (customer === undefined) return doneWith(schedule);
    const zone = customer.timeZone ?? timeZone;
    const world = { zone, holidays, policy: policyOf(house), share: shareOf(schedule.subject) };
    const { raise, mark, next } = lookAtTip({ mark: schedule.mark, now }, world);
    const events = raise === undefined ? [] : [incoming(house, tipEvent(schedule, raise))];
    return { looked: { schedule, mark, next }, events };
  });
}

function tipEvent({ subject }: Schedule, { period, number, at, until }: Tip): object {
  const { entity, id: customerId } = splitSubject(subject);
  const data = { customerId, period, number, until: new Date(until).toISOString() };
  return scheduleEvent({ type: TYPE, entity, name: [customerId, period], at, data });
}

/** In [0, 1): the same customer's is always the same. */
const shareOf = (subject: string): number => subjectHash(subject).readUInt32BE(0) / 2 ** 32;
