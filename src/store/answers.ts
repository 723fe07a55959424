/** Our own answers to what customers sent: alerts of no rule, so that they leave, are retried and are traced as all others. */
import type { Knex } from 'knex';
import { subjectHash } from './crypto/subject-hash.js';
import type { Database } from './database.js';
import { type AlertToStore, insertAlerts } from './outbox.js';

export async function insertAnswer(
  database: Database,
  trx: Knex.Transaction,
  answer: AlertToStore & { customerId: string },
  at: number,
): Promise<void> {
  await insertAlerts(database, trx, [answer], at);
  await trx(database.table('decisions')).insert({
    event_key: answer.eventKey,
    alert_id: answer.alertId,
    profile_hash: subjectHash(answer.subject),
    entity: answer.entity,
    rule: answer.rule,
    rule_version: answer.ruleVersion,
    recipient: answer.customerId,
    outcome: 'alert',
    reason: null,
    detail: null,
    context: '{}',
    decided_at: at,
  });
}
