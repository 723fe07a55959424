/** Everything that is known of one customer, for the customer: a copy of the data in a structured, common form. */
import type { Knex } from 'knex';
import type { LedgerEvent } from '../contracts/event.js';
import type { LoanStanding } from '../core/schedule/loan-standing.js';
import { type AccountRecord, accountsOf, getAccount } from '../store/accounts.js';
import { appendAudit } from '../store/audit.js';
import { type ConsentRecord, listConsents } from '../store/consents.js';
import { accountSubject, customerSubject } from '../store/crypto/subject-hash.js';
import type { CustomerRecord } from '../store/customers.js';
import { readEventsOf } from '../store/events.js';
import { inboundOf, type StoredInbound } from '../store/inbound.js';
import { type AlertFilter, listAlerts, type OutboxAlert } from '../store/outbox.js';
import { type PhoneRecord, phonesFor } from '../store/phones.js';
import { getPreferences, type PreferencesRecord } from '../store/preferences.js';
import { type ShortLink, shortLinksOf } from '../store/short-links.js';
import { type StopPeriod, stopsOfCustomer } from '../store/stops.js';
import { withTransaction } from '../store/with-transaction.js';
import { textOf } from './find-alerts.js';
import type { House } from './house.js';
import { loansOf } from './read-loans.js';
import { registeredCustomer } from './registered.js';

const PAGE = 500;
/** Bounds the memory of one answer; beyond it the export says that it is not complete. */
const MOST_EVENTS = 50_000;
const MOST_ALERTS = 50_000;
const MOST_MESSAGES = 10_000;

export interface CustomerExport {
  customer: CustomerRecord;
  phones: PhoneRecord[];
  preferences: PreferencesRecord;
  consents: ConsentRecord[];
  accounts: AccountRecord[];
  alerts: { alert: OutboxAlert; text: string | null }[];
  /** What their number sent to the bank. */
  messages: StoredInbound[];
  stops: StopPeriod[];
  /** What they are known to owe. */
  loans: LoanStanding[];
  /** Links in their messages, and when each was first followed. */
  links: ShortLink[];
  events: LedgerEvent[];
  /** False where there was more than one answer may hold. */
  complete: boolean;
}

/** @throws LedgerbellError `customer-unknown`, `erased` */
export async function exportCustomer(
  house: House,
  { entity, customerId, actor }: { entity: string; customerId: string; actor: string },
): Promise<CustomerExport> {
  const { vault } = house;
  const { database } = vault;
  return withTransaction(database, async (trx) => {
    const customer = await registeredCustomer(vault, trx, entity, customerId);
    const accountIds = await accountsOf(vault, trx, entity, customerId);
    const accounts = await Promise.all(accountIds.map((id) => getAccount(vault, trx, entity, id)));
    const subjects = [customerSubject(entity, customerId), ...accountIds.map((id) => accountSubject(entity, id))];
    const alerts = await alertsOf(house, trx, { entity, customerId });
    const events = await eventsOf(house, trx, subjects);
    const messages = await inboundOf(vault, trx, entity, customerId, MOST_MESSAGES);
    const stops = await stopsOfCustomer(database, trx, entity, customerId);
    await appendAudit(database, trx, {
      at: house.now(),
      actor,
      action: 'customer-exported',
      subject: customerSubject(entity, customerId),
      detail: { alerts: alerts.length, events: events.length },
    });
    return {
      customer,
      phones: (await phonesFor(vault, trx, entity, [customerId])).get(customerId) ?? [],
      preferences: await getPreferences(vault, trx, entity, customerId),
      consents: await listConsents(database, trx, entity, customerId),
      accounts: accounts.flatMap((account) => account ?? []),
      alerts,
      messages,
      stops,
      loans: await loansOf(house, trx, entity, customerId),
      links: await shortLinksOf(database, trx, { entity, customerId }),
      events,
      complete: events.length < MOST_EVENTS && alerts.length < MOST_ALERTS && messages.length < MOST_MESSAGES,
    };
  });
}

async function alertsOf(
  house: House,
  trx: Knex,
  theirs: { entity: string; customerId: string },
): Promise<{ alert: OutboxAlert; text: string | null }[]> {
  const found: { alert: OutboxAlert; text: string | null }[] = [];
  let after: AlertFilter['after'];
  for (;;) {
    const page = await listAlerts(house.vault.database, trx, { ...theirs, after, limit: PAGE });
    for (const alert of page) found.push({ alert, text: await textOf(house, trx, alert, undefined) });
    const last = page.at(-1);
    if (page.length < PAGE || last === undefined || found.length >= MOST_ALERTS) return found;
    after = { queuedAt: last.queuedAt, alertId: last.alertId };
  }
}

/** Their own, then those of each account they hold, each in the order they were committed. */
async function eventsOf({ vault }: House, trx: Knex, subjects: string[]): Promise<LedgerEvent[]> {
  const events: LedgerEvent[] = [];
  const keys = await vault.keys.find(trx, subjects);
  for (const subject of subjects) {
    const key = keys.get(subject);
    let afterSequence = 0;
    while (key !== undefined && !key.destroyed && events.length < MOST_EVENTS) {
      const page = await readEventsOf(vault.database, trx, subject, key, { afterSequence, limit: PAGE });
      events.push(...page.map(({ event }) => event));
      afterSequence = page.at(-1)?.sequence ?? afterSequence;
      if (page.length < PAGE) break;
    }
  }
  return events;
}
