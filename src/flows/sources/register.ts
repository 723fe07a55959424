/**
 * Customers and accounts that a delivery asks for. Idempotent: what is there already is left as it is, or filled in, or
 * replaced, as the mapping says; the same delivery again changes nothing.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Knex } from 'knex';
import type { AccountDocument, CustomerDocument } from '../../contracts/customer.js';
import { LedgerbellError } from '../../contracts/errors.js';
import { identifierFault } from '../../core/event/identifier.js';
import type { WantedRegistration } from '../../core/sources/compiled-mapping.js';
import { getAccount } from '../../store/accounts.js';
import { getCustomer } from '../../store/customers.js';
import { withTransaction } from '../../store/with-transaction.js';
import { changeAccountIn } from '../change-account.js';
import { changeCustomerIn, checkedDocument } from '../change-customer.js';
import type { House } from '../house.js';
import { statedAccount, statedCustomer } from './registration-schema.js';

export interface Registrar {
  entity: string;
  /** For the audit: `source:<name>`. */
  actor: string;
}

/** @throws LedgerbellError `registration-invalid`, `phone-invalid`, `erased`, and whatever a change of a customer throws */
export async function registerCustomer(house: House, by: Registrar, wanted: WantedRegistration): Promise<void> {
  const customerId = idOf(wanted);
  const stated = checkedDocument(house, statedCustomer(wanted.document));
  const { vault } = house;
  await inTurn(house, async (trx) => {
    const known = await getCustomer(vault, trx ?? vault.database.knex, by.entity, customerId);
    const document = merged(wanted.existing, known?.document, stated);
    if (document === undefined) return true;
    if (trx === undefined) return false;
    const { customer } = await changeCustomerIn(house, trx, { ...by, customerId, document });
    return isNext(known, customer);
  });
}

/** @throws LedgerbellError `registration-invalid`, `erased`, and whatever a change of an account throws */
export async function registerAccount(house: House, by: Registrar, wanted: WantedRegistration): Promise<void> {
  const accountId = idOf(wanted);
  const stated = statedAccount(wanted.document);
  const { vault } = house;
  await inTurn(house, async (trx) => {
    const known = await getAccount(vault, trx ?? vault.database.knex, by.entity, accountId);
    const document = merged(wanted.existing, known?.document, { holders: [], ...stated });
    if (document === undefined) return true;
    if (trx === undefined) return false;
    const { account } = await changeAccountIn(house, trx, { ...by, accountId, document });
    return isNext(known, account);
  });
}

/** Looks first without a transaction: nearly always there is nothing to change. */
async function inTurn(house: House, attempt: (trx?: Knex.Transaction) => Promise<boolean>): Promise<void> {
  if (await attempt()) return;
  await withTransaction(house.vault.database, attempt, { triesAgain: (error) => error instanceof RegisteredMeanwhile });
}

/** The document to put, or undefined where nothing changes. */
function merged<T extends CustomerDocument | AccountDocument>(
  existing: WantedRegistration['existing'],
  known: T | undefined,
  stated: T,
): T | undefined {
  if (known === undefined) return stated;
  if (existing === 'keep') return undefined;
  const document = existing === 'replace' ? { ...known, ...stated } : { ...stated, ...known };
  const holds = 'holders' in known && 'holders' in stated && holdersOf(existing, known, stated);
  if (holds) Object.assign(document, { holders: holds });
  return isDeepStrictEqual(document, known) ? undefined : document;
}

/** Holders of `fill` come to those that are known, whose roles stay; those of `replace` take their place where any is named. */
function holdersOf(
  existing: WantedRegistration['existing'],
  known: AccountDocument,
  { holders: stated = [] }: Partial<AccountDocument>,
): AccountDocument['holders'] {
  if (existing === 'replace') return stated.length > 0 ? stated : known.holders;
  return [
    ...known.holders,
    ...stated.filter(({ customerId }) => !known.holders.some((one) => one.customerId === customerId)),
  ];
}

/** @throws RegisteredMeanwhile where another version came between our look and our write */
function isNext(known: { version: number } | undefined, now: { version: number }): true {
  if (now.version > (known?.version ?? 0) + 1) throw new RegisteredMeanwhile();
  return true;
}

/** Somebody else registered it between our look and our write. */
class RegisteredMeanwhile extends Error {}

function idOf({ id }: WantedRegistration): string {
  if (identifierFault(id) === undefined) return id;
  throw new LedgerbellError('registration-invalid', 'The id of a customer or account is no identifier');
}
