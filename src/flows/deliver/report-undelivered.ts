/**
 * An alert that could not be delivered gives its edge and cooldown back, through a stored event with a derived id, so that
 * a replay of the profile agrees and a crash in between repeats nothing.
 */
import { parseEvent } from '../../core/event/parse-event.js';
import { type AlertOrigin, originsOf } from '../../store/alert-origins.js';
import type { OutboxAlert } from '../../store/outbox.js';
import { listUnreported, markReported } from '../../store/undelivered-alerts.js';
import type { House } from '../house.js';
import type { IncomingEvent } from '../ingest/types.js';
import { tellUndelivered } from '../webhooks/tell-undelivered.js';
import { UNDELIVERED } from './settle.js';

const PAGE = 200;

/** Reports all that are due, those that a crash left behind included. Returns how many. */
export async function reportUndelivered(house: House): Promise<number> {
  const { database } = house.vault;
  let reported = 0;
  for (;;) {
    const alerts = await listUnreported(database, database.knex, UNDELIVERED, PAGE);
    if (alerts.length === 0) return reported;
    const ids = alerts.map(({ alertId }) => alertId);
    const origins = await originsOf(database, database.knex, ids);
    const events = alerts.flatMap((alert) => outcomeEvent(house, alert, origins.get(alert.alertId)));
    if (events.length > 0) await house.pipeline.submit(events);
    await tellUndelivered(house, alerts);
    await markReported(database, database.knex, ids);
    reported += alerts.length;
    if (alerts.length < PAGE) return reported;
  }
}

function outcomeEvent(house: House, alert: OutboxAlert, origin: AlertOrigin | undefined): IncomingEvent[] {
  if (origin?.eventTime === undefined) return [];
  const profile = origin.subject.slice(alert.entity.length + 1);
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
      firedAt: new Date(origin.eventTime).toISOString(),
      status: alert.status,
    },
  };
  const event = parseEvent(original, { now: house.now(), futureToleranceMs: 60_000, origin: 'inside' });
  return [{ event, original }];
}
