/**
 * What decisions are made with: accounts and their holders, customers, phones, choices and consents. What is remembered of
 * them is not read again; the rest is, in three queries for all the accounts of a batch.
 */
import type { Knex } from 'knex';
import type { Place, PreferencesDocument } from '../contracts/customer.js';
import type { CustomerStatus } from '../contracts/rule.js';
import type { Holder } from './accounts.js';
import { contextsAt } from './contexts-at.js';
import type { Vault } from './crypto/vault.js';
import { readAccountContexts, readCustomerContexts } from './read-contexts.js';
import { type Memory, type RegistryMemory, recallRegistry } from './registry-memory.js';

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
  /** Epoch milliseconds. */
  registeredAt?: number;
  home?: Place;
  /** Absent where there never was one. */
  phone?: PhoneContext;
  preferences: PreferencesDocument;
  /** What `openPhrase` opens; absent where none was chosen. */
  sealedPhrase?: Buffer;
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

/** `memory`: as the transaction recalled it already; nothing in what is answered may be changed. */
export async function loadContexts(
  vault: Vault,
  trx: Knex.Transaction,
  entity: string,
  wanted: ContextsWanted,
  memory?: RegistryMemory,
): Promise<Contexts> {
  if (wanted.at !== undefined) return contextsAt(vault, trx, entity, { ...wanted, at: wanted.at });
  const { accounts, customers } = memory ?? (await recallRegistry(vault.database, trx));
  const found = await recall(accounts, entity, wanted.accountIds, (ids) =>
    readAccountContexts(vault, trx, entity, ids),
  );
  const holders = [...found.values()].flatMap((account) => account.holders.map(({ customerId }) => customerId));
  const customerIds = [...new Set([...wanted.customerIds, ...holders])];
  return {
    accounts: found,
    customers: await recall(customers, entity, customerIds, (ids) => readCustomerContexts(vault, trx, entity, ids)),
  };
}

/** That somebody is not registered is remembered as well. */
async function recall<T>(
  memory: Memory<T>,
  entity: string,
  ids: readonly string[],
  read: (ids: string[]) => Promise<Map<string, T>>,
): Promise<Map<string, T>> {
  const known = new Map<string, T | undefined>();
  const unknown: string[] = [];
  for (const id of ids) {
    const one = memory.get(`${entity}/${id}`);
    if (one === undefined) unknown.push(id);
    else known.set(id, one.value);
  }
  if (unknown.length > 0) {
    const fetched = await read(unknown);
    for (const id of unknown) {
      memory.set(`${entity}/${id}`, { value: fetched.get(id) });
      known.set(id, fetched.get(id));
    }
  }
  return new Map([...known].filter((entry): entry is [string, T] => entry[1] !== undefined));
}
