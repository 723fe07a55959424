/**
 * An alert that could not be delivered gives its edge and cooldown back, through a stored event with a derived id, so that
 * a replay of the profile agrees and a crash in between repeats nothing.
 */
import { parseEvent } from '../../core/event/parse-event.js';
import { findEventHead } from '../../store/events.js';
import { listUnreported, markReported, type OutboxAlert } from '../../store/outbox.js';
import { subjectOf } from '../../store/profiles.js';
import type { House } from '../house.js';
import type { IncomingEvent } from '../ingest/types.js';
import { UNDELIVERED } from './settle.js';

const PAGE = 200;

/** Reports all that are due, those that a crash left behind included. Returns how many. */
export async function reportUndelivered(house: House): Promise<number> {
  const { database } = house.vault;
  let reported = 0;
  for (;;) {
    const alerts = await listUnreported(database, database.knex, UNDELIVERED, PAGE);
    if (alerts.length === 0) return reported;
    const events = (await Promise.all(alerts.map((alert) => outcomeEvent(house, alert)))).flat();
    if (events.length > 0) await house.pipeline.submit(events);
    await markReported(
      database,
      database.knex,
      alerts.map(({ alertId }) => alertId),
    );
    reported += alerts.length;
    if (alerts.length < PAGE) return reported;
  }
}

async function outcomeEvent(house: House, alert: OutboxAlert): Promise<IncomingEvent[]> {
  const { database } = house.vault;
  const subject = await subjectOf(database, database.knex, alert.profileHash);
  const head = await findEventHead(database, database.knex, alert.eventKey);
  if (subject === undefined || head === undefined) return [];
  const profile = subject.slice(alert.entity.length + 1);
  const [kind, id] = [profile.slice(0, profile.indexOf(':')), profile.slice(profile.indexOf(':') + 1)];
  const original = {
    specversion: '1.0',
    id: `undelivered:${alert.alertId}`,
    source: 'ledgerbell/delivery',
    type: 'alert.undelivered',
    time: new Date(alert.updatedAt).toISOString(),
    entity: alert.entity,
    data: {
      [kind === 'account' ? 'accountId' : 'customerId']: id,
      alertId: alert.alertId,
      rule: alert.rule,
      recipient: alert.customerId ?? 'bank',
      firedAt: new Date(head.time).toISOString(),
      status: alert.status,
    },
  };
  const event = parseEvent(original, { now: house.now(), futureToleranceMs: 60_000, origin: 'inside' });
  return [{ event, original }];
}
