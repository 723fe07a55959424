/**
 * What was sent to a customer, and what allowed it: text without codes, the record of the number, times, the consent that was
 * on record, the rule's version, the provider. It is put together from what deciding and sending have written.
 */
import type { Knex } from 'knex';
import { LedgerbellError } from '../contracts/errors.js';
import { appendAudit } from '../store/audit.js';
import { customerSubject } from '../store/crypto/subject-hash.js';
import {
  type EvidenceWanted,
  messagesOf,
  type NumberedConsent,
  numberedConsents,
  type Proofs,
  proofsOf,
} from '../store/evidence.js';
import { findAlert, type OutboxAlert } from '../store/outbox.js';
import { type PhoneRecord, phonesFor } from '../store/phones.js';
import { subjectOf } from '../store/profiles.js';
import { withTransaction } from '../store/with-transaction.js';
import { textOf } from './find-alerts.js';
import type { House } from './house.js';

export type { EvidenceWanted, NumberedConsent };

export interface Evidence extends Omit<Proofs, 'withoutCode'> {
  alert: OutboxAlert;
  /** Null where it was erased. */
  text: string | null;
  /** As it stood when the message left; absent while it has not. */
  phone?: PhoneRecord;
  /** Epoch milliseconds: when a provider took it, and when a receipt said that it was delivered. */
  acceptedAt?: number;
  deliveredAt?: number;
  /** The latest word on the topic that was on record when it left, or when it was made. */
  consent?: NumberedConsent;
}

/** In the order in which they were made. @throws LedgerbellError `customer-unknown` */
export async function readEvidence(house: House, wanted: EvidenceWanted & { actor: string }): Promise<Evidence[]> {
  const { vault, now } = house;
  const { database } = vault;
  const subject = customerSubject(wanted.entity, wanted.customerId);
  return withTransaction(database, async (trx) => {
    if (!(await vault.keys.find(trx, [subject])).has(subject))
      throw new LedgerbellError('customer-unknown', 'Nothing is known of a customer with this id');
    const found = await evidenceOf(house, trx, await messagesOf(database, trx, wanted));
    const detail = { messages: found.length };
    await appendAudit(database, trx, { at: now(), actor: wanted.actor, action: 'evidence-read', subject, detail });
    return found;
  });
}

/** @throws LedgerbellError `alert-unknown` */
export async function readAlertEvidence(
  house: House,
  { alertId, actor }: { alertId: string; actor: string },
): Promise<Evidence> {
  const { database } = house.vault;
  return withTransaction(database, async (trx) => {
    const alert = await findAlert(database, trx, alertId);
    const [found] = alert === undefined ? [] : await evidenceOf(house, trx, [alert]);
    if (found === undefined) throw new LedgerbellError('alert-unknown', 'No message with this id was ever made');
    const subject = `alert:${alertId}`;
    await appendAudit(database, trx, { at: house.now(), actor, action: 'evidence-read', subject });
    return found;
  });
}

/** Of alerts of one customer, or of the bank. */
async function evidenceOf(house: House, trx: Knex.Transaction, alerts: readonly OutboxAlert[]): Promise<Evidence[]> {
  const { vault } = house;
  const { database } = vault;
  const proofs = await proofsOf(
    database,
    trx,
    alerts.map(({ alertId }) => alertId),
  );
  const [first] = alerts;
  const customer = first?.customerId === undefined ? undefined : { entity: first.entity, customerId: first.customerId };
  const consents = customer === undefined ? [] : await numberedConsents(database, trx, customer);
  const phones =
    customer === undefined
      ? []
      : ((await phonesFor(vault, trx, customer.entity, [customer.customerId])).get(customer.customerId) ?? []);
  const found: Evidence[] = [];
  for (const alert of alerts) {
    const { withoutCode, ...proof } = proofs.get(alert.alertId) ?? { attempts: [], receipts: [] };
    const text = await openedText(house, trx, alert, withoutCode);
    found.push({ alert, text, ...proof, ...sentTo(alert, phones), ...whenTaken(proof), ...allowedBy(alert, consents) });
  }
  return found;
}

/** A text that still holds a code is shown as it is kept once the code has left. */
async function openedText(
  house: House,
  trx: Knex.Transaction,
  alert: OutboxAlert,
  withoutCode: Buffer | undefined,
): Promise<string | null> {
  const subject =
    alert.customerId === undefined ? await subjectOf(house.vault.database, trx, alert.profileHash) : undefined;
  const profile = subject?.slice(alert.entity.length + 1);
  const shown = withoutCode === undefined ? alert : { ...alert, sealedText: withoutCode };
  return textOf(house, trx, shown, profile);
}

function sentTo(alert: OutboxAlert, phones: readonly PhoneRecord[]): { phone?: PhoneRecord } {
  const { sentAt } = alert;
  if (sentAt === undefined) return {};
  const phone = phones.findLast(({ validFrom, validUntil }) =>
    alert.phone === 'current'
      ? validFrom <= sentAt && (validUntil === undefined || sentAt < validUntil)
      : validUntil !== undefined && validUntil <= sentAt,
  );
  return phone === undefined ? {} : { phone };
}

function whenTaken({ attempts, receipts }: Pick<Proofs, 'attempts' | 'receipts'>) {
  const accepted = attempts.findLast(({ outcome }) => outcome === 'accepted');
  const delivered = receipts.find(({ state }) => state === 'delivered');
  return {
    ...(accepted === undefined ? {} : { acceptedAt: accepted.at + accepted.milliseconds }),
    ...(delivered === undefined ? {} : { deliveredAt: delivered.receivedAt }),
  };
}

function allowedBy(alert: OutboxAlert, consents: readonly NumberedConsent[]): { consent?: NumberedConsent } {
  const at = alert.sentAt ?? alert.queuedAt;
  const consent = consents.findLast(({ topic, recordedAt }) => topic === alert.topic && recordedAt <= at);
  return consent === undefined ? {} : { consent };
}
