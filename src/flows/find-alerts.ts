/** Alerts for people: lists, and the trace of one, from the event that made it to the last receipt. */
import type { Knex } from 'knex';
import { LedgerbellError } from '../contracts/errors.js';
import { repliesTo, type StoredReply } from '../store/alert-replies.js';
import { type Attempt, attemptsOf } from '../store/attempts.js';
import { appendAudit } from '../store/audit.js';
import { findDecision, type StoredDecision } from '../store/decisions.js';
import { type EventHead, findEventHead } from '../store/events.js';
import { type AlertFilter, alertSubject, findAlert, listAlerts, type OutboxAlert, openText } from '../store/outbox.js';
import { subjectOf } from '../store/profiles.js';
import { receiptsOf, type StoredReceipt } from '../store/receipts.js';
import { withTransaction } from '../store/with-transaction.js';
import type { House } from './house.js';

export type { AlertFilter, Attempt, EventHead, OutboxAlert, StoredDecision, StoredReceipt, StoredReply };

/** Newest first. */
export function findAlerts(house: House, filter: AlertFilter): Promise<OutboxAlert[]> {
  const { database } = house.vault;
  return listAlerts(database, database.knex, filter);
}

export interface AlertTrace {
  /** Absent where the rule held and no alert was made. */
  alert?: OutboxAlert;
  decision: StoredDecision;
  event?: EventHead;
  /** Whose profile it was: `account:704`. */
  profile?: string;
  attempts: Attempt[];
  receipts: StoredReceipt[];
  /** What was answered to it by SMS. */
  replies: StoredReply[];
  /** Absent unless it was asked for; null where it was erased. */
  text?: string | null;
}

export interface TraceRequest {
  alertId: string;
  actor: string;
  /** Opens the message, which is personal data and audited. */
  withText: boolean;
}

/** @throws LedgerbellError `alert-unknown` */
export async function traceAlert(house: House, { alertId, actor, withText }: TraceRequest): Promise<AlertTrace> {
  const { database } = house.vault;
  return withTransaction(database, async (trx) => {
    const decision = await findDecision(database, trx, alertId);
    if (decision === undefined) throw new LedgerbellError('alert-unknown', 'No alert with this id was ever decided');
    const alert = await findAlert(database, trx, alertId);
    const event = await findEventHead(database, trx, decision.eventKey);
    const subject = event === undefined ? undefined : await subjectOf(database, trx, event.profileHash);
    const profile = subject?.slice(decision.entity.length + 1);
    const trace: AlertTrace = {
      decision,
      attempts: await attemptsOf(database, trx, alertId),
      receipts: await receiptsOf(database, trx, alertId),
      replies: (await repliesTo(database, trx, [alertId])).get(alertId) ?? [],
      ...(alert === undefined ? {} : { alert }),
      ...(event === undefined ? {} : { event }),
      ...(profile === undefined ? {} : { profile }),
    };
    if (!withText || alert === undefined) return trace;
    const text = await textOf(house, trx, alert, profile);
    await appendAudit(database, trx, {
      at: house.now(),
      actor,
      action: 'alert-text-read',
      subject: `alert:${alertId}`,
    });
    return { ...trace, text };
  });
}

/** Null where the key is destroyed. */
export async function textOf(
  { vault }: House,
  trx: Knex,
  alert: OutboxAlert,
  profile: string | undefined,
): Promise<string | null> {
  const subject = alertSubject(alert.entity, alert.customerId, profile ?? '');
  const key = (await vault.keys.find(trx, [subject])).get(subject);
  return key === undefined || key.destroyed ? null : openText(alert, key);
}
