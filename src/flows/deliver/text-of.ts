/** The text of an alert as it is sent: opened, and with what tells it from an imitation. */
import { LedgerbellError } from '../../contracts/errors.js';
import { type OutboxAlert, openText } from '../../store/outbox.js';
import type { House } from '../house.js';
import { type MarkedText, markMessage } from '../verify/mark-message.js';
import { type Known, sealer } from './send-inputs.js';

/** @throws LedgerbellError `erased`, `sealed-data-damaged` */
export function textOf(house: House, alert: OutboxAlert, known: Known): MarkedText {
  const key = known.keys.get(sealer(alert));
  if (key === undefined) throw new LedgerbellError('erased', 'The key of the text does not exist');
  const customer = known.customers.get(alert.entity)?.get(alert.customerId ?? '');
  const phones = known.phones.get(alert.entity)?.get(alert.customerId ?? '');
  return markMessage(house, alert, openText(alert, key), { key, customer, phones });
}
