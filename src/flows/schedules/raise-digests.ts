/** Turns balance digests whose time has come into ordinary events with derived ids, one for each account of the customer. */
import type { Knex } from 'knex';
import { parseEvent } from '../../core/event/parse-event.js';
import { type Digest, type Frequency, lookAtDigest } from '../../core/schedule/digests.js';
import { scheduleEvent } from '../../core/schedule/schedule-event.js';
import { accountsOfAll } from '../../store/accounts.js';
import { findDueSchedules, type Looked, noteLooks, openDetail, type Schedule } from '../../store/schedules.js';
import { withTransaction } from '../../store/with-transaction.js';
import type { House } from '../house.js';
import type { IncomingEvent } from '../ingest/types.js';
import { customersOf, splitSubject } from './customers-of.js';
import { chosenFrequencies } from './plan-digests.js';
import { policyOf } from './policy-of.js';

const PAGE = 200;

interface OneLook {
  looked: Looked;
  events: IncomingEvent[];
}

/** Returns how many events were made. */
export async function raiseDigests(house: House): Promise<number> {
  const { database } = house.vault;
  let made = 0;
  for (;;) {
    const now = house.now();
    const due = await findDueSchedules(database, database.knex, 'digest', { now, limit: PAGE });
    if (due.length === 0) return made;
    const looks = await withTransaction(database, (trx) => lookAtAll(house, trx, due, now));
    const events = looks.flatMap((look) => look.events);
    if (events.length > 0) await house.pipeline.submit(events);
    const looked = looks.map((look) => look.looked);
    await withTransaction(database, (trx) => noteLooks(database, trx, looked));
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
  const customers = await customersOf(house, trx, subjects);
  const accounts = await accountsOfAll(house.vault.database, trx, subjects.map(splitSubject));
  return due.map((schedule) => {
    const done: OneLook = { looked: { schedule, mark: schedule.mark, next: undefined }, events: [] };
    const key = keys.get(schedule.subject);
    const customer = customers.get(schedule.subject);
    if (key === undefined || key.destroyed || customer === undefined) return done;
    const { frequency } = openDetail<{ frequency: Frequency }>(schedule, key);
    if (!chosenFrequencies(customer.preferences).includes(frequency)) return done;
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
  return { event: parseEvent(original, { now: house.now(), futureToleranceMs: 0, origin: 'inside' }), original };
}
