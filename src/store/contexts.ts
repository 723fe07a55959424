/**
 * What decisions are made with: accounts and their holders, customers, phones, choices and consents. Three queries for
 * all the accounts of a batch (a fourth where a home must be opened and its key is not at hand).
 */
import type { Knex } from 'knex';
import type { Place, PreferencesDocument } from '../contracts/customer.js';
import type { CustomerStatus, HolderRole } from '../contracts/rule.js';
import { type AccountRow, accountHome, type Holder } from './accounts.js';
import { consentsFor } from './consents.js';
import { contextsAt } from './contexts-at.js';
import { accountSubject, customerSubject } from './crypto/subject-hash.js';
import type { SubjectKey } from './crypto/subject-key.js';
import type { Vault } from './crypto/vault.js';
import { type CustomerRow, customerHome } from './customers.js';
import type { PhoneStatus } from './phones.js';
import { selectIn } from './select-in.js';
import { stopsOfPhone } from './stops.js';
import { withoutUndefined } from './without-undefined.js';

export interface AccountContext {
  id: string;
  version: number;
  currency?: string;
  home?: Place;
  holders: Holder[];
}

export interface PhoneContext {
  /** The latest version; not `usable` where it is suspended or was taken away without another in its place. */
  version: number;
  usable: boolean;
  /** When a former number ended: replaced by this one, or taken away. Absent for the first number. */
  replacedAt?: number;
}

export interface CustomerContext {
  id: string;
  version: number;
  locale?: string;
  timeZone?: string;
  status: CustomerStatus;
  discreet: boolean;
  home?: Place;
  /** Absent where there never was one. */
  phone?: PhoneContext;
  preferences: PreferencesDocument;
  /** 0 where nothing was ever chosen. */
  preferencesVersion: number;
  /** Topics with a consent on record: granted or withdrawn. */
  consents: Record<string, boolean>;
  /** What a STOP from the phone ended; absent where there was none. */
  stops?: string[];
}

export interface Contexts {
  accounts: Map<string, AccountContext>;
  /** Those asked for, and the holders of the accounts asked for. Nobody registered them: left out. */
  customers: Map<string, CustomerContext>;
}

export interface ContextsWanted {
  accountIds: string[];
  customerIds: string[];
  /** Epoch ms: answers what was known then. */
  at?: number;
}

export async function loadContexts(
  vault: Vault,
  trx: Knex.Transaction,
  entity: string,
  wanted: ContextsWanted,
): Promise<Contexts> {
  if (wanted.at !== undefined) return contextsAt(vault, trx, entity, { ...wanted, at: wanted.at });
  const accountRows = await readAccounts(vault, trx, entity, wanted.accountIds);
  const holders = accountRows.flatMap((row) => row.holder_id ?? []);
  const customerIds = [...new Set([...wanted.customerIds, ...holders])];
  const customerRows = await readCustomers(vault, trx, entity, customerIds);
  const consents = await readConsents(vault, trx, entity, customerRows);
  const keys = await homeKeys(vault, trx, entity, accountRows, customerRows);
  const customers = customerRows.map((row) => customerContext(row, keys, consents.get(row.customer_id) ?? {}));
  return {
    accounts: accountContexts(accountRows, keys),
    customers: new Map(customers.map((customer) => [customer.id, customer])),
  };
}

interface AccountHolderRow extends AccountRow {
  holder_id: string | null;
  holder_role: HolderRole | null;
}

interface FullCustomerRow extends CustomerRow {
  preferences: string | null;
  preferences_version: number | null;
  phone_status: PhoneStatus | null;
  phone_from: number | null;
  phone_until: number | null;
  /** Separated by commas. */
  stops: string | null;
}

/** A row for each holder; one with NULL for an account without any. */
function readAccounts(vault: Vault, trx: Knex, entity: string, ids: string[]): Promise<AccountHolderRow[]> {
  const { database } = vault;
  const sql = (list: string) =>
    `select a.entity, a.account_id, a.version, a.currency, a.document, h.customer_id as holder_id, h.role as holder_role
     from ${database.table('accounts')} a
     left join ${database.table('holders')} h on h.entity = a.entity and h.account_id = a.account_id
     where a.entity = ? and a.account_id in ${list}
     order by a.account_id, h.position`;
  return selectIn<AccountHolderRow>(
    database,
    trx,
    { sql, before: [entity] },
    ids.map((id) => [id]),
  );
}

function readCustomers(vault: Vault, trx: Knex, entity: string, ids: string[]): Promise<FullCustomerRow[]> {
  const { database } = vault;
  const sql = (list: string) =>
    `select c.entity, c.customer_id, c.version, c.home, c.locale, c.time_zone, c.status, c.discreet, c.phone_version,
       p.document as preferences, p.version as preferences_version,
       f.status as phone_status, f.valid_from as phone_from, f.valid_until as phone_until,
       ${stopsOfPhone(database, 'f')} as stops
     from ${database.table('customers')} c
     left join ${database.table('preferences')} p on p.entity = c.entity and p.customer_id = c.customer_id
     left join ${database.table('phones')} f
       on f.entity = c.entity and f.customer_id = c.customer_id and f.version = c.phone_version
     where c.entity = ? and c.customer_id in ${list}`;
  return selectIn<FullCustomerRow>(
    database,
    trx,
    { sql, before: [entity] },
    ids.map((id) => [id]),
  );
}

function readConsents(vault: Vault, trx: Knex, entity: string, rows: CustomerRow[]) {
  if (rows.length === 0) return new Map<string, Record<string, boolean>>();
  return consentsFor(
    vault.database,
    trx,
    entity,
    rows.map((row) => row.customer_id),
  );
}

/** Only of those who have a home to open. */
async function homeKeys(
  vault: Vault,
  trx: Knex,
  entity: string,
  accounts: AccountRow[],
  customers: CustomerRow[],
): Promise<Map<string, SubjectKey>> {
  return vault.keys.find(trx, [
    ...accounts.filter((row) => row.document !== null).map((row) => accountSubject(entity, row.account_id)),
    ...customers.filter((row) => row.home !== null).map((row) => customerSubject(entity, row.customer_id)),
  ]);
}

function accountContexts(rows: AccountHolderRow[], keys: Map<string, SubjectKey>): Map<string, AccountContext> {
  const accounts = new Map<string, AccountContext>();
  for (const row of rows) {
    const account = accounts.get(row.account_id) ?? accountContext(row, keys);
    accounts.set(account.id, account);
    if (row.holder_id !== null && row.holder_role !== null) {
      account.holders.push({ customerId: row.holder_id, role: row.holder_role });
    }
  }
  return accounts;
}

function accountContext(row: AccountRow, keys: Map<string, SubjectKey>): AccountContext {
  const home = accountHome(row, keys.get(accountSubject(row.entity, row.account_id)));
  const currency = row.currency ?? undefined;
  return withoutUndefined({ id: row.account_id, version: row.version, currency, home, holders: [] });
}

function customerContext(
  row: FullCustomerRow,
  keys: Map<string, SubjectKey>,
  consents: Record<string, boolean>,
): CustomerContext {
  return withoutUndefined({
    id: row.customer_id,
    version: row.version,
    locale: row.locale ?? undefined,
    timeZone: row.time_zone ?? undefined,
    status: row.status,
    discreet: row.discreet === 1,
    home: customerHome(row, keys.get(customerSubject(row.entity, row.customer_id))),
    phone: phoneContext(row),
    preferences: row.preferences === null ? {} : JSON.parse(row.preferences),
    preferencesVersion: row.preferences_version ?? 0,
    consents,
    stops: row.stops?.split(','),
  });
}

function phoneContext(row: FullCustomerRow): PhoneContext | undefined {
  if (row.phone_version === null) return undefined;
  const usable = row.phone_status === 'verified';
  const tookPlace = row.phone_version > 1 ? (row.phone_from ?? undefined) : undefined;
  const replacedAt = row.phone_status === 'replaced' ? (row.phone_until ?? undefined) : tookPlace;
  return withoutUndefined({ version: row.phone_version, usable, replacedAt });
}
