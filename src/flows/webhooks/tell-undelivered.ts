/** Tells the bank of alerts to customers that ended without reaching a phone; telling them again makes no second webhook. */
import type { AlertUndeliveredData } from '../../contracts/webhook.js';
import type { OutboxAlert } from '../../store/outbox.js';
import { withTransaction } from '../../store/with-transaction.js';
import type { House } from '../house.js';
import { endpointsFor } from './endpoints.js';
import { tellBank } from './tell-bank.js';

export async function tellUndelivered(house: House, alerts: readonly OutboxAlert[]): Promise<void> {
  if (endpointsFor(house.webhooks, 'alert.undelivered').length === 0) return;
  await withTransaction(house.vault.database, async (trx) => {
    for (const alert of alerts) {
      const { alertId, entity, customerId, updatedAt: at } = alert;
      if (customerId === undefined) continue;
      const data = dataOf(alert, customerId);
      await tellBank(house, trx, { type: 'alert.undelivered', entity, occurrence: alertId, at, data });
    }
  });
}

function dataOf(alert: OutboxAlert, customerId: string): AlertUndeliveredData {
  const { alertId, rule, topic, entity, status, reason, code } = alert;
  return {
    alertId,
    rule,
    topic,
    entity,
    customerId,
    status,
    ...(reason === undefined ? {} : { reason }),
    ...(code === undefined ? {} : { code }),
  };
}
