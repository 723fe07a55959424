/** Accounts: who holds them in which role, their currency and home. Every put that changes something is a version. */
import { isDeepStrictEqual } from 'node:util';
import type { Knex } from 'knex';
import type { AccountDocument, Place } from '../contracts/customer.js';
import type { HolderRole } from '../contracts/rule.js';
import { type Alias, aliasesOf, replaceAliases, sortedAliases } from './aliases.js';
import { openJson, sealJson } from './crypto/sealed-json.js';
import { accountSubject } from './crypto/subject-hash.js';
import type { SubjectKey } from './crypto/subject-key.js';
import type { Vault } from './crypto/vault.js';
import type { Database } from './database.js';
import { lockedRow } from './locked-row.js';
import { markRegistryChanged } from './registry-memory.js';
import { selectIn } from './select-in.js';
import { appendVersion } from './versions.js';
import { withoutUndefined } from './without-undefined.js';

export interface AccountRow {
  entity: string;
  account_id: string;
  version: number;
  currency: string | null;
  /** The home, sealed; NULL where there is none. */
  document: Buffer | null;
  created_at: number;
  updated_at: number;
}

interface HolderRow {
  entity: string;
  account_id: string;
  customer_id: string;
  role: HolderRole;
  position: number;
}

export interface Holder {
  customerId: string;
  role: HolderRole;
}

/** An account as a version keeps it. */
export interface AccountState {
  holders: Holder[];
  currency?: string;
  home?: Place;
  aliases?: Alias[];
}

export interface AccountRecord {
  accountId: string;
  version: number;
  document: AccountDocument;
  createdAt: number;
  updatedAt: number;
}

const homeContext = (entity: string, id: string): string => `account-home/${entity}/${id}`;

/**
 * Replaces the whole document: what is left out is taken away. The same again is no new version.
 * @throws LedgerbellError `erased`, `alias-taken`
 */
export async function putAccount(
  vault: Vault,
  trx: Knex.Transaction,
  put: { entity: string; accountId: string; document: AccountDocument; at: number },
): Promise<{ created: boolean; version: number }> {
  const { entity, accountId, document, at } = put;
  const subject = accountSubject(entity, accountId);
  const key = (await vault.keys.load(trx, [subject])).get(subject) as SubjectKey;
  const times = { created_at: at, updated_at: at };
  const name = { entity, account_id: accountId };
  const row = await lockedRow<AccountRow>(vault.database, trx, 'accounts', name, { version: 0, ...times });
  const state = stateOf(document);
  const created = row.version === 0;
  if (!created) {
    const [before] = await readStates(vault, trx, entity, [row]);
    if (isDeepStrictEqual(before, state)) return { created, version: row.version };
  }
  const version = row.version + 1;
  await writeState(vault, trx, key, { entity, accountId, version, state, at });
  return { created, version };
}

export async function getAccount(
  vault: Vault,
  trx: Knex,
  entity: string,
  accountId: string,
): Promise<AccountRecord | undefined> {
  const rows = await trx<AccountRow>(vault.database.table('accounts')).where({ entity, account_id: accountId });
  return (await readRecords(vault, trx, entity, rows))[0];
}

/** In the order of ids; `after` is the last id of the page before. */
export async function listAccounts(
  vault: Vault,
  trx: Knex,
  entity: string,
  page: { after?: string; limit: number },
): Promise<AccountRecord[]> {
  const query = trx<AccountRow>(vault.database.table('accounts')).where({ entity });
  if (page.after !== undefined) query.where('account_id', '>', page.after);
  return readRecords(vault, trx, entity, await query.orderBy('account_id').limit(page.limit));
}

/** The accounts a customer holds, in the order of ids. */
export async function accountsOf(vault: Vault, trx: Knex, entity: string, customerId: string): Promise<string[]> {
  const holders = trx<HolderRow>(vault.database.table('holders')).where({ entity, customer_id: customerId });
  return holders.orderBy('account_id').pluck('account_id');
}

/** The accounts of several customers, by `entity/customer`, in the order of ids. */
export async function accountsOfAll(
  database: Database,
  trx: Knex,
  customers: readonly { entity: string; id: string }[],
): Promise<Map<string, string[]>> {
  const table = database.table('holders');
  const sql = (list: string) =>
    `select entity, customer_id, account_id from ${table} where (entity, customer_id) in ${list} order by account_id`;
  const keys = customers.map(({ entity, id }) => [entity, id]);
  const rows = await selectIn<HolderRow>(database, trx, { sql, width: 2 }, keys);
  const found = new Map<string, string[]>();
  for (const { entity, customer_id: id, account_id: account } of rows) {
    found.set(`${entity}/${id}`, [...(found.get(`${entity}/${id}`) ?? []), account]);
  }
  return found;
}

/** A customer named twice keeps the last role. */
function stateOf(document: AccountDocument): AccountState {
  const holders = [
    ...new Map(document.holders.map(({ customerId, role }) => [customerId, { customerId, role }])).values(),
  ];
  const { currency, home } = document;
  const aliases = sortedAliases(document.aliases);
  return withoutUndefined({ holders, currency, home: home && withoutUndefined({ ...home }), aliases });
}

async function writeState(
  vault: Vault,
  trx: Knex.Transaction,
  key: SubjectKey,
  next: { entity: string; accountId: string; version: number; state: AccountState; at: number },
): Promise<void> {
  const { entity, accountId, version, state, at } = next;
  const { database } = vault;
  const document = state.home === undefined ? null : sealJson(key, state.home, homeContext(entity, accountId));
  const columns = { version, currency: state.currency ?? null, document, updated_at: at };
  await trx<AccountRow>(database.table('accounts')).where({ entity, account_id: accountId }).update(columns);
  await replaceHolders(vault, trx, entity, accountId, state.holders);
  await replaceAliases(database, trx, { entity, kind: 'account', id: accountId }, state.aliases ?? []);
  await markRegistryChanged(database, trx);
  await appendVersion(database, trx, key, { kind: 'account', entity, id: accountId, version, validFrom: at, state });
}

async function replaceHolders(
  vault: Vault,
  trx: Knex.Transaction,
  entity: string,
  accountId: string,
  holders: Holder[],
): Promise<void> {
  const table = vault.database.table('holders');
  await trx<HolderRow>(table).where({ entity, account_id: accountId }).delete();
  const rows = holders.map(({ customerId, role }, position) => ({
    entity,
    account_id: accountId,
    customer_id: customerId,
    role,
    position,
  }));
  if (rows.length > 0) await trx(table).insert(rows);
}

/** The states of these rows, in their order. */
async function readStates(vault: Vault, trx: Knex, entity: string, rows: AccountRow[]): Promise<AccountState[]> {
  const ids = rows.map((row) => row.account_id);
  const keys = await vault.keys.find(
    trx,
    ids.map((id) => accountSubject(entity, id)),
  );
  const aliases = await aliasesOf(vault.database, trx, entity, 'account', ids);
  const holders = await holdersOf(vault, trx, entity, ids);
  return rows.map((row) =>
    withoutUndefined({
      holders: holders.get(row.account_id) ?? [],
      currency: row.currency ?? undefined,
      home: accountHome(row, keys.get(accountSubject(entity, row.account_id))),
      aliases: aliases.get(row.account_id),
    }),
  );
}

async function readRecords(vault: Vault, trx: Knex, entity: string, rows: AccountRow[]): Promise<AccountRecord[]> {
  const states = await readStates(vault, trx, entity, rows);
  return rows.map((row, index) => {
    const { account_id: accountId, version, created_at: createdAt, updated_at: updatedAt } = row;
    return { accountId, version, document: states[index] as AccountState, createdAt, updatedAt };
  });
}

async function holdersOf(vault: Vault, trx: Knex, entity: string, ids: string[]): Promise<Map<string, Holder[]>> {
  const rows: HolderRow[] = await trx<HolderRow>(vault.database.table('holders'))
    .where({ entity })
    .whereIn('account_id', ids)
    .orderBy(['account_id', 'position']);
  const found = new Map<string, Holder[]>();
  for (const { account_id, customer_id: customerId, role } of rows) {
    found.set(account_id, [...(found.get(account_id) ?? []), { customerId, role }]);
  }
  return found;
}

export function accountHome(
  row: Pick<AccountRow, 'entity' | 'account_id' | 'document'>,
  key: SubjectKey | undefined,
): Place | undefined {
  if (row.document === null || key === undefined || key.destroyed) return undefined;
  return openJson<Place>(key, row.document, homeContext(row.entity, row.account_id));
}
