/** Reads customers, accounts and choices for people; each reading of personal data leaves a row in the audit. */
import type { Knex } from 'knex';
import { type AccountRecord, listAccounts } from '../store/accounts.js';
import { appendAudit } from '../store/audit.js';
import { type ConsentRecord, listConsents } from '../store/consents.js';
import { accountSubject, customerSubject } from '../store/crypto/subject-hash.js';
import { type CustomerRecord, listCustomers } from '../store/customers.js';
import { getPreferences, type PreferencesRecord } from '../store/preferences.js';
import { withTransaction } from '../store/with-transaction.js';
import type { House } from './house.js';
import { registeredAccount, registeredCustomer } from './registered.js';

export type { AccountRecord, ConsentRecord, CustomerRecord, PreferencesRecord };

export interface Reading {
  entity: string;
  id: string;
  actor: string;
}

export interface PageReading {
  entity: string;
  after?: string;
  limit: number;
  actor: string;
}

/** @throws LedgerbellError `customer-unknown`, `erased` */
export function readCustomer(house: House, reading: Reading): Promise<CustomerRecord> {
  return audited(house, reading, 'customer-read', customerSubject(reading.entity, reading.id), (trx) =>
    registeredCustomer(house.vault, trx, reading.entity, reading.id),
  );
}

/** @throws LedgerbellError `account-unknown`, `erased` */
export function readAccount(house: House, reading: Reading): Promise<AccountRecord> {
  return audited(house, reading, 'account-read', accountSubject(reading.entity, reading.id), (trx) =>
    registeredAccount(house.vault, trx, reading.entity, reading.id),
  );
}

/** @throws LedgerbellError `customer-unknown`, `erased` */
export function readPreferences(house: House, reading: Reading): Promise<PreferencesRecord> {
  const { entity, id } = reading;
  return audited(house, reading, 'preferences-read', customerSubject(entity, id), async (trx) => {
    await registeredCustomer(house.vault, trx, entity, id);
    return getPreferences(house.vault, trx, entity, id);
  });
}

/** @throws LedgerbellError `customer-unknown`, `erased` */
export function readConsents(house: House, reading: Reading): Promise<ConsentRecord[]> {
  const { entity, id } = reading;
  return audited(house, reading, 'consents-read', customerSubject(entity, id), async (trx) => {
    await registeredCustomer(house.vault, trx, entity, id);
    return listConsents(house.vault.database, trx, entity, id);
  });
}

export function readCustomers(house: House, page: PageReading): Promise<CustomerRecord[]> {
  return audited(house, page, 'customers-listed', `${page.entity}/customers`, (trx) =>
    listCustomers(house.vault, trx, page.entity, page),
  );
}

export function readAccounts(house: House, page: PageReading): Promise<AccountRecord[]> {
  return audited(house, page, 'accounts-listed', `${page.entity}/accounts`, (trx) =>
    listAccounts(house.vault, trx, page.entity, page),
  );
}

/** The row and the reading are one transaction: where the row cannot be written, nothing is read. */
async function audited<T>(
  house: House,
  { actor }: { actor: string },
  action: string,
  subject: string,
  read: (trx: Knex.Transaction) => Promise<T>,
): Promise<T> {
  const { database } = house.vault;
  return withTransaction(database, async (trx) => {
    const result = await read(trx);
    const detail = Array.isArray(result) ? { rows: result.length } : {};
    await appendAudit(database, trx, { at: house.now(), actor, action, subject, detail });
    return result;
  });
}
