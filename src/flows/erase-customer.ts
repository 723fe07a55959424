/**
 * Erases a customer: the keys of the customer and of the accounts they alone hold are destroyed, so that nothing sealed
 * with them can be opened again, in backups neither that lack the keys; registry rows go; alerts that have not left are cancelled. The audit
 * chain and the blind index of STOPs stay (semantics: safety, 23).
 */
import type { Knex } from 'knex';
import { LedgerbellError } from '../contracts/errors.js';
import { accountsOf, getAccount, putAccount } from '../store/accounts.js';
import { appendAudit } from '../store/audit.js';
import { customerSubject } from '../store/crypto/subject-hash.js';
import { forgetCustomer } from '../store/forget-customer.js';
import { findLegalHold, lockLegalHolds, postponeErasure } from '../store/legal-holds.js';
import { withTransaction } from '../store/with-transaction.js';
import type { House } from './house.js';
import { isErased } from './registered.js';

export interface Erasure {
  /** False where it was done before. */
  changed: boolean;
  /** Accounts that were erased with the customer. */
  accounts: number;
  /** Alerts that will not be sent. */
  cancelled: number;
}

interface Asked {
  entity: string;
  customerId: string;
  actor: string;
}

/**
 * Under a legal hold it is remembered, and carried out when the hold ends.
 * @throws LedgerbellError `customer-unknown` where nothing is known of them, `legal-hold`
 */
export async function eraseCustomer(house: House, asked: Asked): Promise<Erasure> {
  const { database } = house.vault;
  const { entity, customerId } = asked;
  const erasure = await withTransaction(database, async (trx) => {
    await lockLegalHolds(database, trx);
    const hold = await findLegalHold(database, trx, entity, customerId);
    if (hold === undefined) return eraseIn(house, trx, asked);
    await postpone(house, trx, asked);
    return 'held';
  });
  if (erasure !== 'held') return erasure;
  throw new LedgerbellError(
    'legal-hold',
    'The customer is under a legal hold: the erasure is remembered, and carried out when the hold ends',
  );
}

async function postpone({ vault, now }: House, trx: Knex.Transaction, { entity, customerId, actor }: Asked) {
  const { database } = vault;
  const at = now();
  await postponeErasure(database, trx, { entity, customerId, askedBy: actor, askedAt: at });
  const subject = customerSubject(entity, customerId);
  await appendAudit(database, trx, { at, actor, action: 'customer-erasure-postponed', subject });
}

/** Within a transaction that holds `lockLegalHolds`, of a customer who is under no hold. @throws LedgerbellError `customer-unknown` */
export async function eraseIn(
  house: House,
  trx: Knex.Transaction,
  { entity, customerId, actor }: Asked,
): Promise<Erasure> {
  const { vault } = house;
  const subject = customerSubject(entity, customerId);
  if (await isErased(vault, trx, subject)) return { changed: false, accounts: 0, cancelled: 0 };
  const known = (await vault.keys.find(trx, [subject])).has(subject);
  if (!known) throw new LedgerbellError('customer-unknown', 'Nothing is known of a customer with this id');
  const at = house.now();
  const accountIds = await leaveAccounts(house, trx, entity, customerId, at);
  const cancelled = await forgetCustomer(vault, trx, { entity, customerId, accountIds, at });
  const detail = { accounts: accountIds.length, cancelled };
  await appendAudit(vault.database, trx, { at, actor, action: 'customer-erased', subject, detail });
  return { changed: true, ...detail };
}

/** Others keep the accounts they share. Returns those that nobody else holds. */
async function leaveAccounts(
  { vault }: House,
  trx: Knex.Transaction,
  entity: string,
  customerId: string,
  at: number,
): Promise<string[]> {
  const alone: string[] = [];
  for (const accountId of await accountsOf(vault, trx, entity, customerId)) {
    const account = await getAccount(vault, trx, entity, accountId);
    if (account === undefined) continue;
    const holders = account.document.holders.filter((holder) => holder.customerId !== customerId);
    if (holders.length === 0) alone.push(accountId);
    else await putAccount(vault, trx, { entity, accountId, document: { ...account.document, holders }, at });
  }
  return alone;
}
