/** How it stands, as alerts are about to leave, with the payments they remind of: what was paid meanwhile is not asked for. */
import type { Knex } from 'knex';
import type { LedgerEvent } from '../../contracts/event.js';
import type { PaymentChange } from '../../core/gates/send.js';
import type { CompiledRule } from '../../core/rules/rule-set.js';
import { dueOf, type Loans, standingOf } from '../../core/schedule/loans.js';
import { customerSubject } from '../../store/crypto/subject-hash.js';
import { readEventsByKey } from '../../store/events.js';
import { loadLoans } from '../../store/instalments.js';
import type { OutboxAlert } from '../../store/outbox.js';
import type { House } from '../house.js';

/** By alert id, only where something changed; in a constant number of queries, and none where no alert is about a payment. */
export async function loadPaymentChanges(
  house: House,
  trx: Knex.Transaction,
  alerts: readonly OutboxAlert[],
): Promise<Map<string, PaymentChange>> {
  const { rules } = house.ruleSet();
  const mayRemind = new Map(rules.map((rule) => [rule.name, remindsOfPayments(rule)]));
  const asked = alerts.filter(({ rule }) => mayRemind.get(rule) === true);
  const changes = new Map<string, PaymentChange>();
  if (asked.length === 0) return changes;
  const { database, keys } = house.vault;
  const events = await readEventsByKey(
    database,
    trx,
    asked.map(({ eventKey }) => eventKey),
    (subjects) => keys.find(trx, subjects),
  );
  const subjects = [...events.values()].map(({ event }) => payerOf(event));
  const loans = await loadLoans(database, trx, [...new Set(subjects)], await keys.find(trx, subjects));
  for (const { alertId, eventKey } of asked) {
    const stored = events.get(eventKey.toString('hex'));
    if (stored === undefined) continue;
    const change = changeOf(stored.event, stored.sequence, loans.get(payerOf(stored.event)));
    if (change !== undefined) changes.set(alertId, change);
  }
  return changes;
}

function remindsOfPayments({ document }: CompiledRule): boolean {
  return document.on.some(isPayment);
}

function isPayment(type: string): boolean {
  return type.startsWith('schedule.payment-') || type === 'schedule.low-balance-ahead';
}

function payerOf({ entity, data }: LedgerEvent): string {
  return customerSubject(entity, String(data.customerId));
}

/** A warning of a low balance tells of several payments, and counts in its account's sequence: its amount is not followed. */
function changeOf({ type, data }: LedgerEvent, sequence: number, loans: Loans | undefined): PaymentChange | undefined {
  if (!isPayment(type)) return undefined;
  const standing = standingOf(loans, dueOf(data));
  if (standing.kind !== 'open') return standing.kind;
  return type.startsWith('schedule.payment-') && standing.changed > sequence ? 'amount-changed' : undefined;
}
