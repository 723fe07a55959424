/**
 * Tells the bank instead of the customer (rules with `notify: bank`), as the webhook `alert.raised`. It is an alert as any other
 * until it leaves, so that holds, expiry and the trace are the same; it carries ids and the rule, no text and no amounts: the bank asks for the rest.
 */
import type { SendOutcome } from '../../contracts/adapter.js';
import { findEventHead } from '../../store/events.js';
import type { OutboxAlert } from '../../store/outbox.js';
import { subjectOf } from '../../store/profiles.js';
import type { House } from '../house.js';
import { endpointsFor } from '../webhooks/endpoints.js';
import { postWebhook } from '../webhooks/post-webhook.js';

export async function postToBank(house: House, alert: OutboxAlert): Promise<SendOutcome> {
  const [endpoint] = endpointsFor(house.webhooks, 'alert.raised');
  if (endpoint === undefined) return { status: 'rejected', code: 'bank-webhook-not-configured' };
  const { database } = house.vault;
  const subject = await subjectOf(database, database.knex, alert.profileHash);
  const head = await findEventHead(database, database.knex, alert.eventKey);
  const body = JSON.stringify({
    type: 'alert.raised',
    timestamp: new Date(house.now()).toISOString(),
    data: {
      alertId: alert.alertId,
      rule: alert.rule,
      topic: alert.topic,
      entity: alert.entity,
      subject: subject?.slice(alert.entity.length + 1),
      eventTime: head === undefined ? undefined : new Date(head.time).toISOString(),
    },
  });
  const outcome = await postWebhook(house, endpoint, { id: alert.alertId, body });
  if (outcome.status === 'taken') return { status: 'accepted' };
  // A webhook that arrives twice is recognised by its id, so that sending it again is always safe.
  return { ...outcome, status: 'retryable', code: `bank-${outcome.code}` };
}
