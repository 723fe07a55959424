/** Says clearly who is not there: never registered, or erased. */
import type { Knex } from 'knex';
import { LedgerbellError } from '../contracts/errors.js';
import { type AccountRecord, getAccount } from '../store/accounts.js';
import { accountSubject, customerSubject } from '../store/crypto/subject-hash.js';
import type { Vault } from '../store/crypto/vault.js';
import { type CustomerRecord, getCustomer } from '../store/customers.js';

/** @throws LedgerbellError `customer-unknown`, `erased` */
export async function registeredCustomer(
  vault: Vault,
  trx: Knex,
  entity: string,
  customerId: string,
): Promise<CustomerRecord> {
  const customer = await getCustomer(vault, trx, entity, customerId);
  if (customer !== undefined) return customer;
  if (await isErased(vault, trx, customerSubject(entity, customerId))) throw erased('customer');
  throw new LedgerbellError('customer-unknown', 'No customer with this id is registered');
}

/** @throws LedgerbellError `account-unknown`, `erased` */
export async function registeredAccount(
  vault: Vault,
  trx: Knex,
  entity: string,
  accountId: string,
): Promise<AccountRecord> {
  const account = await getAccount(vault, trx, entity, accountId);
  if (account !== undefined) return account;
  if (await isErased(vault, trx, accountSubject(entity, accountId))) throw erased('account');
  throw new LedgerbellError('account-unknown', 'No account with this id is registered');
}

export async function isErased(vault: Vault, trx: Knex, subject: string): Promise<boolean> {
  return (await vault.keys.find(trx, [subject])).get(subject)?.destroyed === true;
}

function erased(what: string): LedgerbellError {
  return new LedgerbellError('erased', `This ${what} was erased; the id cannot be used again`);
}
