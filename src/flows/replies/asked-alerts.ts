/** The alerts that a message from this number may be an answer to. */
import type { Knex } from 'knex';
import { LANES } from '../../contracts/rule.js';
import { routeFor } from '../../core/delivery/route.js';
import type { Askable } from '../../core/replies/bind-reply.js';
import { isNumber } from '../../core/replies/one-way.js';
import { repliesTo, type SentAlert, sentAlerts } from '../../store/alert-replies.js';
import type { House } from '../house.js';
import type { InboundAtHand } from './handled.js';
import type { Holder } from './sender.js';

export interface AskedAlert extends Askable {
  entity: string;
  phone: 'current' | 'previous';
}

/** Those that left through the same adapter, from the number that was answered, to the number that answers, and whose rule asks. */
export async function askedAlerts(house: House, trx: Knex.Transaction, message: InboundAtHand): Promise<AskedAlert[]> {
  const { database } = house.vault;
  const { sender, adapter, at } = message;
  const windows = new Map(
    house.ruleSet().rules.flatMap(({ name, replyMs }) => (replyMs === undefined ? [] : [[name, replyMs] as const])),
  );
  const holders = [...sender.current, ...sender.former];
  const sent: SentAlert[] = [];
  for (const entity of sender.entities) {
    const own = holders.filter((holder) => holder.entity === entity);
    const customerIds = [...new Set(own.map(({ customerId }) => customerId))];
    const since = at - Math.max(0, ...windows.values());
    const found = await sentAlerts(database, trx, { entity, customerIds, adapter, rules: [...windows.keys()], since });
    sent.push(
      ...found.filter((alert) => own.some((holder) => reached(holder, alert)) && isAnswered(house, alert, message)),
    );
  }
  const replies = await repliesTo(
    database,
    trx,
    sent.map(({ alertId }) => alertId),
  );
  return sent.map(({ alertId, customerId, entity, rule, phone, sentAt }) => ({
    alertId,
    customerId,
    entity,
    phone,
    sentAt,
    windowMs: windows.get(rule) ?? 0,
    answers: (replies.get(alertId) ?? []).map(({ answer }) => answer),
  }));
}

/** Whether the alert went to this record of the number: it was the customer's number then, or the one that had just been replaced. */
function reached(holder: Holder, { customerId, phone, sentAt }: SentAlert): boolean {
  if (holder.customerId !== customerId) return false;
  const ended = holder.validUntil !== undefined && holder.validUntil <= sentAt;
  return phone === 'previous' ? ended : holder.validFrom <= sentAt && !ended;
}

/** Where the alert's sender is a number, the answer must have been sent to it. */
function isAnswered(
  { delivery }: House,
  { lane: position, topic, entity }: SentAlert,
  message: InboundAtHand,
): boolean {
  const lane = LANES[position] ?? 'service';
  const route = routeFor(delivery.routes ?? [], { lane, topic, entity, country: message.country });
  const from = route?.sender ?? delivery.senders[lane] ?? delivery.senders.default ?? '';
  return !isNumber(from) || digits(from) === digits(message.sentTo);
}

function digits(number: string): string {
  return number.replace(/\D/g, '').replace(/^0+/, '');
}
