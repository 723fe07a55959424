/**
 * What erasing a customer takes out of the tables, beside the keys: registry rows, other ids, choices, and alerts that
 * have not left. The blind index of their phones stays, so that a STOP outlives the erasure; so do consents, which hold
 * no personal data and prove what was allowed; so does everything that was sealed, which nobody can open any more.
 */
import type { Knex } from 'knex';
import { accountSubject, customerSubject, subjectHash } from './crypto/subject-hash.js';
import type { Vault } from './crypto/vault.js';
import type { Database } from './database.js';
import { UNSENT } from './outbox.js';
import { markRegistryChanged } from './registry-memory.js';
import { forgetSchedules } from './schedules.js';

export interface Forgetting {
  entity: string;
  customerId: string;
  /** Accounts that nobody else holds. */
  accountIds: readonly string[];
  at: number;
}

/** Returns how many alerts were cancelled. */
export async function forgetCustomer(vault: Vault, trx: Knex.Transaction, forgetting: Forgetting): Promise<number> {
  const { entity, customerId, accountIds, at } = forgetting;
  const { database } = vault;
  const subjects = [customerSubject(entity, customerId), ...accountIds.map((id) => accountSubject(entity, id))];
  const cancelled = await cancelAlerts(database, trx, forgetting, subjects);
  await forgetRegistry(database, trx, forgetting);
  await trx(database.table('phones'))
    .where({ entity, customer_id: customerId })
    .update({ phone: Buffer.alloc(0), status: 'replaced', valid_until: trx.raw('coalesce(valid_until, ?)', [at]) });
  await markRegistryChanged(database, trx);
  await trx(database.table('profiles')).whereIn('profile_hash', subjects.map(subjectHash)).update({ due_at: null });
  await forgetSchedules(database, trx, subjects);
  for (const subject of subjects) await vault.keys.destroy(trx, subject, at);
  return cancelled;
}

/** Those that were to be told to the customer, and those about the accounts. Nothing is left to give an edge back to. */
function cancelAlerts(
  database: Database,
  trx: Knex.Transaction,
  { entity, customerId, at }: Forgetting,
  subjects: readonly string[],
): Promise<number> {
  const theirs = trx(database.table('alerts'))
    .whereIn('status', [...UNSENT])
    .where((either) =>
      either.where({ entity, customer_id: customerId }).orWhereIn('profile_hash', subjects.map(subjectHash)),
    );
  return theirs.update({ status: 'cancelled', reason: 'erased', undelivered_reported: 1, updated_at: at });
}

async function forgetRegistry(
  database: Database,
  trx: Knex.Transaction,
  { entity, customerId, accountIds }: Forgetting,
): Promise<void> {
  const remove = (table: string, where: Record<string, string>, column: string, ids: readonly string[]) =>
    trx(database.table(table)).where(where).whereIn(column, ids).delete();
  await remove('customers', { entity }, 'customer_id', [customerId]);
  await remove('preferences', { entity }, 'customer_id', [customerId]);
  await remove('preference_links', { entity }, 'customer_id', [customerId]);
  await remove('short_links', { entity }, 'customer_id', [customerId]);
  await remove('holders', { entity }, 'customer_id', [customerId]);
  await remove('accounts', { entity }, 'account_id', accountIds);
  await remove('aliases', { entity, kind: 'customer' }, 'target_id', [customerId]);
  await remove('aliases', { entity, kind: 'account' }, 'target_id', accountIds);
  await remove('versions', { entity, kind: 'customer' }, 'id', [customerId]);
  await remove('versions', { entity, kind: 'preferences' }, 'id', [customerId]);
  await remove('versions', { entity, kind: 'account' }, 'id', accountIds);
}
