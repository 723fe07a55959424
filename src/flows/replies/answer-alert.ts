/**
 * YES and NO: bound to one alert, kept on its trace, and told to the bank. Nothing here follows from either: the sender of an SMS can be
 * forged, so a YES unblocks nothing.
 */
import type { Knex } from 'knex';
import type { AlertReplyData } from '../../contracts/webhook.js';
import { bindReply, type ReplyAnswer } from '../../core/replies/bind-reply.js';
import { insertReply } from '../../store/alert-replies.js';
import { findEventHead } from '../../store/events.js';
import { findAlert, type OutboxAlert } from '../../store/outbox.js';
import type { House } from '../house.js';
import { tellBank } from '../webhooks/tell-bank.js';
import { type AskedAlert, askedAlerts } from './asked-alerts.js';
import type { Handled, InboundAtHand } from './handled.js';
import { sendAnswer } from './send-answer.js';

export async function answerAlert(
  house: House,
  trx: Knex.Transaction,
  message: InboundAtHand,
  answer: ReplyAnswer,
): Promise<Handled> {
  const { database } = house.vault;
  const { inboundKey, at } = message;
  const binding = bindReply(await askedAlerts(house, trx, message), answer, at);
  if (binding.kind === 'nothing-asked') return { outcome: 'nothing-asked' };
  if (binding.kind === 'ambiguous') return tellHowToCall(house, trx, message, 'reply-ambiguous');
  const { alert, standing } = binding;
  const { alertId, customerId } = alert;
  await insertReply(database, trx, { inboundKey, alertId, customerId, answer, standing, receivedAt: at });
  const stored = standing === 'later' ? undefined : await findAlert(database, trx, alertId);
  if (stored !== undefined && standing !== 'later') {
    const data = await replyData(house, trx, stored, alert, { answer, standing });
    const { entity } = stored;
    await tellBank(house, trx, { type: 'alert.reply', entity, occurrence: inboundKey.toString('hex'), at, data });
  }
  return { outcome: `reply-${standing}`, alertId };
}

/** Something was asked and the answer says neither yes nor no: the customer is told how to reach a person. */
export async function notUnderstood(house: House, trx: Knex.Transaction, message: InboundAtHand): Promise<Handled> {
  const { at } = message;
  const asked = await askedAlerts(house, trx, message);
  const isOpen = asked.some(({ sentAt, windowMs, answers }) => at - sentAt < windowMs && answers.length === 0);
  return isOpen ? tellHowToCall(house, trx, message, 'not-understood') : { outcome: 'not-understood' };
}

async function tellHowToCall(
  house: House,
  trx: Knex.Transaction,
  message: InboundAtHand,
  outcome: Handled['outcome'],
): Promise<Handled> {
  return { outcome, answerId: await sendAnswer(house, trx, message.sender, { ...message, kind: 'unclear' }) };
}

async function replyData(
  { vault: { database } }: House,
  trx: Knex.Transaction,
  { alertId, rule, topic, entity, eventKey }: OutboxAlert,
  { customerId, phone }: AskedAlert,
  { answer, standing }: Pick<AlertReplyData, 'answer' | 'standing'>,
): Promise<AlertReplyData> {
  const head = await findEventHead(database, trx, eventKey);
  const event = head && {
    source: head.source,
    id: head.id,
    type: head.type,
    time: new Date(head.time).toISOString(),
  };
  return {
    alertId,
    rule,
    topic,
    entity,
    customerId,
    answer,
    standing,
    phone,
    ...(event === undefined ? {} : { event }),
  };
}
