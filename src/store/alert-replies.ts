/** Answers to alerts that asked for one, and the alerts that a number may be answering. */
import type { Knex } from 'knex';
import type { ReplyAnswer, ReplyStanding } from '../core/replies/bind-reply.js';
import type { Database } from './database.js';

export interface StoredReply {
  answer: ReplyAnswer;
  standing: ReplyStanding;
  receivedAt: number;
}

export interface ReplyToStore extends StoredReply {
  inboundKey: Buffer;
  alertId: string;
  customerId: string;
}

export async function insertReply(database: Database, trx: Knex.Transaction, reply: ReplyToStore): Promise<void> {
  await trx(database.table('alert_replies')).insert({
    inbound_key: reply.inboundKey,
    alert_id: reply.alertId,
    customer_id: reply.customerId,
    answer: reply.answer,
    standing: reply.standing,
    received_at: reply.receivedAt,
  });
}

/** By alert, in the order they came. */
export async function repliesTo(
  database: Database,
  trx: Knex,
  alertIds: readonly string[],
): Promise<Map<string, StoredReply[]>> {
  const replies = new Map<string, StoredReply[]>();
  if (alertIds.length === 0) return replies;
  const rows = await trx(database.table('alert_replies'))
    .whereIn('alert_id', [...alertIds])
    .orderBy('received_at');
  for (const { alert_id, answer, standing, received_at } of rows) {
    replies.set(alert_id, [...(replies.get(alert_id) ?? []), { answer, standing, receivedAt: Number(received_at) }]);
  }
  return replies;
}

/** An alert that left through an adapter. */
export interface SentAlert {
  alertId: string;
  entity: string;
  customerId: string;
  rule: string;
  topic: string;
  lane: number;
  phone: 'current' | 'previous';
  /** Of its latest attempt that may have reached the phone. */
  sentAt: number;
}

/**
 * What left to these customers through an adapter since then, of these rules. On MySQL the alerts stay locked until the transaction ends,
 * so that of two answers at once one is first.
 */
export async function sentAlerts(
  database: Database,
  trx: Knex.Transaction,
  wanted: {
    entity: string;
    customerIds: readonly string[];
    adapter: string;
    rules: readonly string[];
    since: number;
  },
): Promise<SentAlert[]> {
  if (wanted.customerIds.length === 0 || wanted.rules.length === 0) return [];
  const query = trx({ a: database.table('alerts') })
    .join({ t: database.table('attempts') }, 't.alert_id', 'a.alert_id')
    .where({ 'a.entity': wanted.entity, 't.adapter': wanted.adapter })
    .whereIn('a.customer_id', [...wanted.customerIds])
    .whereIn('a.rule', [...wanted.rules])
    .whereIn('t.outcome', ['accepted', 'unknown'])
    .where('t.at', '>=', wanted.since)
    .orderBy('t.at')
    .select('a.alert_id', 'a.entity', 'a.customer_id', 'a.rule', 'a.topic', 'a.lane', 'a.phone_choice', 't.at');
  const rows = await (database.dialect === 'mysql' ? query.forUpdate() : query);
  const latest = new Map<string, SentAlert>();
  for (const row of rows) {
    latest.set(row.alert_id, {
      alertId: row.alert_id,
      entity: row.entity,
      customerId: row.customer_id,
      rule: row.rule,
      topic: row.topic,
      lane: row.lane,
      phone: row.phone_choice,
      sentAt: Number(row.at),
    });
  }
  return [...latest.values()];
}
