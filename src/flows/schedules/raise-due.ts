/**
 * Looks at what is due of one kind, page by page, and turns it into ordinary events with derived ids, which take the ordinary
 * way: two replicas that look at once, or a look that died before it was noted, make one alert.
 */
import type { Knex } from 'knex';
import { parseEvent } from '../../core/event/parse-event.js';
import { findDueSchedules, type Looked, noteLooks, type Schedule, type ScheduleKind } from '../../store/schedules.js';
import { withTransaction } from '../../store/with-transaction.js';
import type { House } from '../house.js';
import type { IncomingEvent } from '../ingest/types.js';

const PAGE = 200;

export interface OneLook {
  looked: Looked;
  events: IncomingEvent[];
}

/** What comes of one page at this moment; each row is looked at again at its `next`, or is done. */
export type LookAtPage = (trx: Knex.Transaction, due: readonly Schedule[], now: number) => Promise<OneLook[]>;

/** Returns how many events were made. */
export async function raiseDue(house: House, kind: ScheduleKind, lookAt: LookAtPage): Promise<number> {
  const { database } = house.vault;
  let made = 0;
  for (;;) {
    const now = house.now();
    const due = await findDueSchedules(database, database.knex, kind, { now, limit: PAGE });
    if (due.length === 0) return made;
    const looks = await withTransaction(database, (trx) => lookAt(trx, due, now));
    const events = looks.flatMap((look) => look.events);
    // Noted only after the events are durable: what dies in between is looked at once more, and known by its id.
    if (events.length > 0) await house.pipeline.submit(events);
    const looked = looks.map((look) => look.looked);
    await withTransaction(database, (trx) => noteLooks(database, trx, looked));
    made += events.length;
  }
}

/** Nothing more comes of it. */
export function doneWith(schedule: Schedule): OneLook {
  return { looked: { schedule, mark: schedule.mark, next: undefined }, events: [] };
}

/** @param original a CloudEvent as `scheduleEvent` makes it */
export function incoming(house: House, original: object): IncomingEvent {
  return { event: parseEvent(original, { now: house.now(), futureToleranceMs: 0, origin: 'inside' }), original };
}
