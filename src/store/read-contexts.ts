/** Reads what decisions are made with from the tables: three queries, and a fourth where a home's key is not at hand. */
import type { Knex } from 'knex';
import type { HolderRole } from '../contracts/rule.js';
import { type AccountRow, accountHome } from './accounts.js';
import { consentsFor } from './consents.js';
import type { AccountContext, CustomerContext, PhoneContext } from './contexts.js';
import { accountSubject, customerSubject } from './crypto/subject-hash.js';
import type { SubjectKey } from './crypto/subject-key.js';
import type { Vault } from './crypto/vault.js';
import { type CustomerRow, customerHome } from './customers.js';
import type { PhoneStatus } from './phones.js';
import { selectIn } from './select-in.js';
import { stopsOfPhone } from './stops.js';
import { withoutUndefined } from './without-undefined.js';

interface AccountHolderRow extends AccountRow {
  holder_id: string | null;
  holder_role: HolderRole | null;
}

interface FullCustomerRow extends CustomerRow {
  preferences: string | null;
  preferences_version: number | null;
  phrase: Buffer | null;
  phone_status: PhoneStatus | null;
  phone_from: number | null;
  phone_until: number | null;
  /** Separated by commas. */
  stops: string | null;
}

/** By account id; those that nobody registered are left out. */
export async function readAccountContexts(
  vault: Vault,
  trx: Knex,
  entity: string,
  ids: string[],
): Promise<Map<string, AccountContext>> {
  const rows = await readAccounts(vault, trx, entity, ids);
  const keys = await vault.keys.find(
    trx,
    rows.filter((row) => row.document !== null).map((row) => accountSubject(entity, row.account_id)),
  );
  return accountContexts(rows, keys);
}

/** By customer id; those that nobody registered are left out. */
export async function readCustomerContexts(
  vault: Vault,
  trx: Knex,
  entity: string,
  ids: string[],
): Promise<Map<string, CustomerContext>> {
  const [rows, consents] = await Promise.all([
    readCustomers(vault, trx, entity, ids),
    consentsFor(vault.database, trx, entity, ids),
  ]);
  const keys = await vault.keys.find(
    trx,
    rows.filter((row) => row.home !== null).map((row) => customerSubject(entity, row.customer_id)),
  );
  return new Map(rows.map((row) => [row.customer_id, customerContext(row, keys, consents.get(row.customer_id) ?? {})]));
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
    `select c.entity, c.customer_id, c.version, c.home, c.locale, c.time_zone, c.status, c.discreet, c.phone_version, c.created_at,
       p.document as preferences, p.version as preferences_version, p.phrase,
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
    registeredAt: Number(row.created_at),
    home: customerHome(row, keys.get(customerSubject(row.entity, row.customer_id))),
    phone: phoneContext(row),
    preferences: row.preferences === null ? {} : JSON.parse(row.preferences),
    preferencesVersion: row.preferences_version ?? 0,
    sealedPhrase: row.phrase ?? undefined,
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
