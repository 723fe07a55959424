/** Turns balance digests whose time has come into ordinary events with derived ids, one for each account of the customer. */
import type { Knex } from 'knex';
import { type Digest, type Frequency, lookAtDigest } from '../../core/schedule/digests.js';
import { scheduleEvent } from '../../core/schedule/schedule-event.js';
import { accountsOfAll } from '../../store/accounts.js';
import { openDetail, type Schedule } from '../../store/schedules.js';
import type { House } from '../house.js';
import type { IncomingEvent } from '../ingest/types.js';
import { customersOf, splitSubject } from './customers-of.js';
import { chosenFrequencies } from './plan-digests.js';
import { policyOf } from './policy-of.js';
import { doneWith, incoming, type OneLook, raiseDue } from './raise-due.js';

/** Returns how many events were made. */
export function raiseDigests(house: House): Promise<number> {
  return raiseDue(house, 'digest', (trx, due, now) => lookAtAll(house, trx, due, now));
}

async function lookAtAll(
  house: House,
  trx: Knex.Transaction,
  due: readonly Schedule[],
  now: number,
): Promise<OneLook[]> {
  const subjects = [...new Set(due.map(({ subject }) => subject))];
  const keys = await house.vault.keys.find(trx, subjects);
  const customers = await customersOf(house, trx, subjects);
  const accounts = await accountsOfAll(house.vault.database, trx, subjects.map(splitSubject));
  return due.map((schedule) => {
    const key = keys.get(schedule.subject);
    const customer = customers.get(schedule.subject);
    if (key === undefined || key.destroyed || customer === undefined) return doneWith(schedule);
    const { frequency } = openDetail<{ frequency: Frequency }>(schedule, key);
    if (!chosenFrequencies(customer.preferences).includes(frequency)) return doneWith(schedule);
    const world = { zone: customer.timeZone ?? house.settings.timeZone, policy: policyOf(house) };
    const { raise, mark, next } = lookAtDigest(frequency, { mark: schedule.mark, now }, world);
    const { entity, id } = splitSubject(schedule.subject);
    const events = (accounts.get(`${entity}/${id}`) ?? []).flatMap((accountId) =>
      raise.map((digest) => digestEvent(house, { entity, customerId: id, accountId, frequency }, digest)),
    );
    return { looked: { schedule, mark, next }, events };
  });
}

function digestEvent(
  house: House,
  {
    entity,
    customerId,
    accountId,
    frequency,
  }: Record<'entity' | 'customerId' | 'accountId', string> & {
    frequency: Frequency;
  },
  { day, at, since, until }: Digest,
): IncomingEvent {
  const original = scheduleEvent({
    type: 'schedule.balance-digest',
    entity,
    name: [accountId, customerId, frequency, day],
    at,
    data: {
      accountId,
      customerId,
      frequency,
      day,
      since: new Date(since).toISOString(),
      until: new Date(until).toISOString(),
    },
  });
  return incoming(house, original);
}
