/** Customers: what identifies a person is sealed with the person's key; every put that changes something is a version. */
import { isDeepStrictEqual } from 'node:util';
import type { Knex } from 'knex';
import type { CustomerDocument, Place } from '../contracts/customer.js';
import type { CustomerStatus } from '../contracts/rule.js';
import { type Alias, aliasesOf, replaceAliases, sortedAliases } from './aliases.js';
import { openJson, sealJson } from './crypto/sealed-json.js';
import { customerSubject } from './crypto/subject-hash.js';
import type { SubjectKey } from './crypto/subject-key.js';
import type { Vault } from './crypto/vault.js';
import type { Database } from './database.js';
import { lockedRow } from './locked-row.js';
import { type PhoneRecord, phonesFor, setPhone } from './phones.js';
import { markRegistryChanged } from './registry-memory.js';
import { appendVersion } from './versions.js';
import { withoutUndefined } from './without-undefined.js';

export interface CustomerRow {
  entity: string;
  customer_id: string;
  version: number;
  document: Buffer;
  home: Buffer | null;
  locale: string | null;
  time_zone: string | null;
  status: CustomerStatus;
  discreet: number;
  phone_version: number | null;
  created_at: number;
  updated_at: number;
}

/** A customer as a version keeps it: the phone by its number of version only. */
export interface CustomerState {
  name?: string;
  locale?: string;
  timeZone?: string;
  status: CustomerStatus;
  discreet: boolean;
  home?: Place;
  aliases?: Alias[];
  phoneVersion?: number;
}

export interface CustomerRecord {
  customerId: string;
  version: number;
  document: CustomerDocument;
  /** The latest phone; its number is in the document only while it is not replaced. */
  phone?: PhoneRecord;
  createdAt: number;
  updatedAt: number;
}

export interface PutCustomerResult {
  created: boolean;
  version: number;
  /** An existing customer's number was changed, added or taken away; registering one is no change. */
  phoneChanged: boolean;
  previousPhoneVersion?: number;
}

const homeContext = (entity: string, id: string): string => `customer-home/${entity}/${id}`;
const documentContext = (entity: string, id: string): string => `customer/${entity}/${id}`;

/**
 * Replaces the whole document: what is left out is taken away. The same again is no new version.
 * @throws LedgerbellError `erased`, `alias-taken`
 */
export async function putCustomer(
  vault: Vault,
  trx: Knex.Transaction,
  put: { entity: string; customerId: string; document: CustomerDocument; at: number },
): Promise<PutCustomerResult> {
  const { entity, customerId, document, at } = put;
  const key = await customerKey(vault, trx, entity, customerId);
  const row = await lockedCustomer(vault, trx, put);
  const created = row.version === 0;
  const before = created ? undefined : await readState(vault, trx, row, key);
  const customer = { entity, customerId, latestVersion: row.phone_version };
  const phone = await setPhone(vault, trx, key, customer, document.phone, at);
  const state = stateOf(document, phone.version);
  if (!phone.changed && isDeepStrictEqual(before, state)) {
    return { created: false, version: row.version, phoneChanged: false };
  }
  const version = row.version + 1;
  await writeState(vault, trx, key, { entity, customerId, version, state, at });
  const phoneChanged = phone.changed && !created;
  return withoutUndefined({ created, version, phoneChanged, previousPhoneVersion: phone.previousVersion });
}

export async function getCustomer(
  vault: Vault,
  trx: Knex,
  entity: string,
  customerId: string,
): Promise<CustomerRecord | undefined> {
  const rows = await trx<CustomerRow>(vault.database.table('customers')).where({ entity, customer_id: customerId });
  return (await readRecords(vault, trx, entity, rows))[0];
}

/** In the order of ids; `after` is the last id of the page before. */
export async function listCustomers(
  vault: Vault,
  trx: Knex,
  entity: string,
  page: { after?: string; limit: number },
): Promise<CustomerRecord[]> {
  const query = trx<CustomerRow>(vault.database.table('customers')).where({ entity });
  if (page.after !== undefined) query.where('customer_id', '>', page.after);
  return readRecords(vault, trx, entity, await query.orderBy('customer_id').limit(page.limit));
}

export interface Registered {
  entity: string;
  customerId: string;
}

/** Of all entities, in the order of entities and ids: those registered at or after `since`, epoch milliseconds. */
export async function listRegistered(
  { table }: Database,
  trx: Knex,
  { since, after, limit }: { since: number; after?: Registered; limit: number },
): Promise<Registered[]> {
  const query = trx<CustomerRow>(table('customers')).select('entity', 'customer_id').where('created_at', '>=', since);
  if (after !== undefined) {
    const { entity, customerId } = after;
    query.where((later) =>
      later.where('entity', '>', entity).orWhere((own) => own.where({ entity }).where('customer_id', '>', customerId)),
    );
  }
  const rows: Pick<CustomerRow, 'entity' | 'customer_id'>[] = await query
    .orderBy(['entity', 'customer_id'])
    .limit(limit);
  return rows.map((row) => ({ entity: row.entity, customerId: row.customer_id }));
}

/** When each was first registered, epoch milliseconds. */
export async function registeredAt(
  { table }: Database,
  trx: Knex,
  entity: string,
  ids: readonly string[],
): Promise<Map<string, number>> {
  const rows: Pick<CustomerRow, 'customer_id' | 'created_at'>[] = await trx<CustomerRow>(table('customers'))
    .select('customer_id', 'created_at')
    .where({ entity })
    .whereIn('customer_id', [...ids]);
  return new Map(rows.map(({ customer_id, created_at }) => [customer_id, Number(created_at)]));
}

async function customerKey(vault: Vault, trx: Knex.Transaction, entity: string, id: string): Promise<SubjectKey> {
  const subject = customerSubject(entity, id);
  return (await vault.keys.load(trx, [subject])).get(subject) as SubjectKey;
}

function lockedCustomer(vault: Vault, trx: Knex.Transaction, put: { entity: string; customerId: string; at: number }) {
  const name = { entity: put.entity, customer_id: put.customerId };
  const times = { created_at: put.at, updated_at: put.at };
  const empty = { version: 0, document: Buffer.alloc(0), status: 'active', discreet: 0, ...times };
  return lockedRow<CustomerRow>(vault.database, trx, 'customers', name, empty);
}

function stateOf(document: CustomerDocument, phoneVersion: number | undefined): CustomerState {
  const { name, locale, timeZone, home, status = 'active', discreet = false } = document;
  const aliases = sortedAliases(document.aliases);
  return withoutUndefined({
    name,
    locale,
    timeZone,
    status,
    discreet,
    home: home && withoutUndefined({ ...home }),
    aliases,
    phoneVersion,
  });
}

async function readState(vault: Vault, trx: Knex, row: CustomerRow, key: SubjectKey): Promise<CustomerState> {
  const aliases = await aliasesOf(vault.database, trx, row.entity, 'customer', [row.customer_id]);
  return rowState(row, key, aliases.get(row.customer_id));
}

function rowState(row: CustomerRow, key: SubjectKey, aliases: Alias[] | undefined): CustomerState {
  const { name } = openJson<{ name?: string }>(key, row.document, documentContext(row.entity, row.customer_id));
  return withoutUndefined({
    name,
    locale: row.locale ?? undefined,
    timeZone: row.time_zone ?? undefined,
    status: row.status,
    discreet: row.discreet === 1,
    home: customerHome(row, key),
    aliases,
    phoneVersion: row.phone_version ?? undefined,
  });
}

export function customerHome(
  row: Pick<CustomerRow, 'entity' | 'customer_id' | 'home'>,
  key: SubjectKey | undefined,
): Place | undefined {
  if (row.home === null || key === undefined || key.destroyed) return undefined;
  return openJson<Place>(key, row.home, homeContext(row.entity, row.customer_id));
}

async function writeState(
  vault: Vault,
  trx: Knex.Transaction,
  key: SubjectKey,
  next: { entity: string; customerId: string; version: number; state: CustomerState; at: number },
): Promise<void> {
  const { entity, customerId, version, state, at } = next;
  const columns: Partial<CustomerRow> = {
    version,
    document: sealJson(key, { name: state.name }, documentContext(entity, customerId)),
    home: state.home === undefined ? null : sealJson(key, state.home, homeContext(entity, customerId)),
    locale: state.locale ?? null,
    time_zone: state.timeZone ?? null,
    status: state.status,
    discreet: state.discreet ? 1 : 0,
    phone_version: state.phoneVersion ?? null,
    updated_at: at,
  };
  await trx<CustomerRow>(vault.database.table('customers')).where({ entity, customer_id: customerId }).update(columns);
  await replaceAliases(vault.database, trx, { entity, kind: 'customer', id: customerId }, state.aliases ?? []);
  await markRegistryChanged(vault.database, trx);
  const name = { kind: 'customer', entity, id: customerId, version } as const;
  await appendVersion(vault.database, trx, key, { ...name, validFrom: at, state });
}

async function readRecords(vault: Vault, trx: Knex, entity: string, rows: CustomerRow[]): Promise<CustomerRecord[]> {
  const ids = rows.map((row) => row.customer_id);
  const keys = await vault.keys.find(
    trx,
    ids.map((id) => customerSubject(entity, id)),
  );
  const aliases = await aliasesOf(vault.database, trx, entity, 'customer', ids);
  const phones = await phonesFor(vault, trx, entity, ids);
  return rows.flatMap((row) => {
    const key = keys.get(customerSubject(entity, row.customer_id));
    if (key === undefined || key.destroyed) return [];
    const { phoneVersion, ...state } = rowState(row, key, aliases.get(row.customer_id));
    const phone = phones.get(row.customer_id)?.find((record) => record.version === phoneVersion);
    const number = phone === undefined || phone.status === 'replaced' ? undefined : phone.number();
    const document: CustomerDocument = withoutUndefined({ phone: number, ...state });
    const { customer_id: customerId, version, created_at: createdAt, updated_at: updatedAt } = row;
    return [withoutUndefined({ customerId, version, document, phone, createdAt, updatedAt })];
  });
}
