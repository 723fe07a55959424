/** `loadContexts` for a moment in the past: the same answer from former versions, so that an old decision can be explained. */
import type { Knex } from 'knex';
import type { PreferencesDocument } from '../contracts/customer.js';
import type { AccountState } from './accounts.js';
import { consentsFor } from './consents.js';
import type { AccountContext, Contexts, CustomerContext, PhoneContext } from './contexts.js';
import { accountSubject, customerSubject } from './crypto/subject-hash.js';
import type { SubjectKey } from './crypto/subject-key.js';
import type { Vault } from './crypto/vault.js';
import { type CustomerState, registeredAt } from './customers.js';
import { type PhoneRecord, phonesFor } from './phones.js';
import { stopsAt } from './stops.js';
import { type StateAt, statesAt } from './versions.js';
import { withoutUndefined } from './without-undefined.js';

export async function contextsAt(
  vault: Vault,
  trx: Knex,
  entity: string,
  wanted: { accountIds: string[]; customerIds: string[]; at: number },
): Promise<Contexts> {
  const { at } = wanted;
  const { database } = vault;
  const accountKeys = await keysById(vault, trx, wanted.accountIds, (id) => accountSubject(entity, id));
  const accounts = await statesAt<AccountState>(database, trx, 'account', entity, accountKeys, at);
  const holders = [...accounts.values()].flatMap(({ state }) => state.holders.map((holder) => holder.customerId));
  const ids = [...new Set([...wanted.customerIds, ...holders])];
  const keys = await keysById(vault, trx, ids, (id) => customerSubject(entity, id));
  const customers = await statesAt<CustomerState>(database, trx, 'customer', entity, keys, at);
  const preferences = await statesAt<PreferencesDocument>(database, trx, 'preferences', entity, keys, at);
  const phones = await phonesFor(vault, trx, entity, ids);
  const consents = await consentsFor(database, trx, entity, ids, at);
  const stops = await stopsAt(database, trx, entity, ids, at);
  const registered = await registeredAt(database, trx, entity, ids);
  return {
    accounts: mapped(accounts, accountContext),
    customers: mapped(customers, (id, { version, state }) => {
      const { name: _name, aliases: _aliases, phoneVersion, ...rest } = state;
      const chosen = preferences.get(id);
      return withoutUndefined<CustomerContext>({
        id,
        version,
        ...rest,
        registeredAt: registered.get(id),
        phone: phoneAt(phones.get(id) ?? [], phoneVersion, at),
        preferences: chosen?.state ?? {},
        preferencesVersion: chosen?.version ?? 0,
        consents: consents.get(id) ?? {},
        stops: stops.get(`${id}/${phoneVersion}`),
      });
    }),
  };
}

async function keysById(
  vault: Vault,
  trx: Knex,
  ids: string[],
  subject: (id: string) => string,
): Promise<Map<string, SubjectKey>> {
  const keys = await vault.keys.find(trx, ids.map(subject));
  return new Map(ids.flatMap((id) => (keys.has(subject(id)) ? [[id, keys.get(subject(id)) as SubjectKey]] : [])));
}

function mapped<T, U>(states: Map<string, StateAt<T>>, convert: (id: string, state: StateAt<T>) => U): Map<string, U> {
  return new Map([...states].map(([id, state]) => [id, convert(id, state)]));
}

function accountContext(id: string, { version, state }: StateAt<AccountState>): AccountContext {
  const { holders, currency, home } = state;
  return withoutUndefined({ id, version, currency, home, holders });
}

/** Usable until it was suspended or replaced, whatever became of it since. */
function phoneAt(records: PhoneRecord[], version: number | undefined, at: number): PhoneContext | undefined {
  const record = records.find((candidate) => candidate.version === version);
  if (version === undefined || record === undefined) return undefined;
  const ended = record.validUntil !== undefined && record.validUntil <= at;
  const tookPlace = version > 1 ? record.validFrom : undefined;
  const replacedAt = ended && record.status === 'replaced' ? record.validUntil : tookPlace;
  return withoutUndefined({ version, usable: !ended, replacedAt });
}
