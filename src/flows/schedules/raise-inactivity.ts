/**
 * Turns accounts that have been quiet for long into ordinary events with derived ids, which take the ordinary way: two
 * replicas that look at once make one alert. Due accounts are found through an index; nothing is scanned. They are told within
 * the hours of the first holder, on a business day.
 */
import { parseEvent } from '../../core/event/parse-event.js';
import type { Profile } from '../../core/profile/profile.js';
import { nextSending } from '../../core/schedule/local-time.js';
import { findDue, loadProfiles, type Postponed, postponeDue } from '../../store/profiles.js';
import { withTransaction } from '../../store/with-transaction.js';
import type { House } from '../house.js';
import type { IncomingEvent } from '../ingest/types.js';
import { customersOf } from './customers-of.js';
import { policyOf } from './policy-of.js';

const PAGE = 200;
const DAY = 86_400_000;

/** Returns how many events were made. */
export async function raiseInactivity(house: House): Promise<number> {
  let made = 0;
  for (;;) {
    const { looked, events } = await lookOnce(house);
    if (events.length > 0) await house.pipeline.submit(events);
    made += events.length;
    if (looked < PAGE) return made;
  }
}

async function lookOnce(house: House): Promise<{ looked: number; events: IncomingEvent[] }> {
  const { database, keys: subjectKeys } = house.vault;
  const now = house.now();
  const due = await findDue(database, database.knex, now, PAGE);
  if (due.length === 0) return { looked: 0, events: [] };
  const subjects = due.map(({ subject }) => subject).sort();
  return withTransaction(database, async (trx) => {
    const keys = await subjectKeys.find(trx, subjects);
    const readable = subjects.filter((subject) => keys.get(subject)?.destroyed === false);
    const profiles = await loadProfiles(database, trx, readable, keys, { lock: false });
    const holders = await customersOf(house, trx, readable);
    const events: IncomingEvent[] = [];
    const postponed: Postponed[] = [];
    for (const { subject, dueAt: from } of due) {
      const profile = profiles.get(subject)?.profile;
      const trueDue = profile?.inactiveDueAt;
      if (profile === undefined || trueDue === undefined || trueDue > now) {
        // Noted earlier than it truly is, because events leave the note alone.
        postponed.push({ subject, from, to: trueDue });
        continue;
      }
      const tellAt = sendingAt(house, holders.get(subject)?.timeZone, now);
      if (tellAt > now) postponed.push({ subject, from, to: tellAt });
      else events.push(inactivityEvent(house, subject, profile, trueDue));
    }
    await postponeDue(database, trx, postponed);
    return { looked: due.length, events };
  });
}

function sendingAt({ settings, schedules }: House, zone: string | undefined, now: number): number {
  const { hours, businessDays } = policyOf({ schedules });
  const { holidays, timeZone } = settings;
  return nextSending(now, zone ?? timeZone, { hours, move: businessDays.inactivity, holidays });
}

function inactivityEvent(house: House, subject: string, profile: Profile, dueAt: number): IncomingEvent {
  const since = profile.activeAt ?? dueAt;
  const after = durationText(dueAt - since);
  const entity = subject.slice(0, subject.length - profile.name.length - 1);
  const separator = profile.name.indexOf(':');
  const isAccount = profile.name.slice(0, separator) === 'account';
  const original = {
    specversion: '1.0',
    id: `inactive:${profile.name}:${after}:${since}`,
    source: 'ledgerbell/schedules',
    type: 'schedule.inactive',
    time: new Date(dueAt).toISOString(),
    entity,
    data: {
      [isAccount ? 'accountId' : 'customerId']: profile.name.slice(separator + 1),
      after,
      days: Math.floor((dueAt - since) / DAY),
      since: new Date(since).toISOString(),
    },
  };
  const event = parseEvent(original, { now: house.now(), futureToleranceMs: 0, origin: 'inside' });
  return { event, original };
}

/** `P30D` for whole days, else seconds. */
function durationText(milliseconds: number): string {
  return milliseconds % DAY === 0 ? `P${milliseconds / DAY}D` : `PT${Math.round(milliseconds / 1000)}S`;
}
