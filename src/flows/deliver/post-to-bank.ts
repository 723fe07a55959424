/**
 * Tells the bank instead of the customer (rules with `notify: bank`): a webhook signed as Standard Webhooks
 * (https://www.standardwebhooks.com). It carries ids and the rule, no text and no amounts; the bank asks for the rest.
 */
import { createHmac } from 'node:crypto';
import type { SendOutcome } from '../../contracts/adapter.js';
import { findEventHead } from '../../store/events.js';
import type { OutboxAlert } from '../../store/outbox.js';
import { subjectOf } from '../../store/profiles.js';
import type { House } from '../house.js';

export async function postToBank(house: House, alert: OutboxAlert): Promise<SendOutcome> {
  const { bankWebhook } = house.delivery;
  if (bankWebhook === undefined) return { status: 'rejected', code: 'bank-webhook-not-configured' };
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
  const seconds = String(Math.floor(house.now() / 1000));
  const signature = createHmac('sha256', bankWebhook.key)
    .update(`${alert.alertId}.${seconds}.${body}`)
    .digest('base64');
  const result = await house.http({
    url: bankWebhook.url,
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'webhook-id': alert.alertId,
      'webhook-timestamp': seconds,
      'webhook-signature': `v1,${signature}`,
    },
    body,
  });
  // A webhook that arrives twice is recognised by its id, so that sending it again is always safe.
  if (result.kind !== 'response') return { status: 'retryable', code: `bank-${result.code}` };
  if (result.status >= 200 && result.status < 300) return { status: 'accepted' };
  return { status: 'retryable', code: `bank-http-${result.status}` };
}
