/** Registers or replaces an account: who holds it in which role, its currency and home. */
import type { Knex } from 'knex';
import type { AccountDocument } from '../contracts/customer.js';
import { currencyExponent } from '../core/event/money.js';
import { type AccountRecord, putAccount } from '../store/accounts.js';
import { appendAudit } from '../store/audit.js';
import { accountSubject } from '../store/crypto/subject-hash.js';
import { withTransaction } from '../store/with-transaction.js';
import type { House } from './house.js';
import { type Mistake, throwMistakes } from './mistakes.js';
import { registeredAccount } from './registered.js';

export interface AccountChange {
  entity: string;
  accountId: string;
  document: AccountDocument;
  actor: string;
}

export interface ChangedAccount {
  created: boolean;
  account: AccountRecord;
}

/**
 * Replaces the whole document. Holders need not be registered yet: until they are, nobody is told.
 * @throws RequestMistaken `currency-unknown`, `holder-duplicate`
 * @throws LedgerbellError `erased`, `alias-taken`
 */
export async function changeAccount(house: House, change: AccountChange): Promise<ChangedAccount> {
  throwMistakes(accountMistakes(change.document));
  return withTransaction(house.vault.database, (trx) => changeAccountIn(house, trx, change));
}

/** Within a transaction of the caller's. @throws as `changeAccount` */
export async function changeAccountIn(
  house: House,
  trx: Knex.Transaction,
  { entity, accountId, document, actor }: AccountChange,
): Promise<ChangedAccount> {
  throwMistakes(accountMistakes(document));
  const { vault } = house;
  const at = house.now();
  const { created, version } = await putAccount(vault, trx, { entity, accountId, document, at });
  const account = await registeredAccount(vault, trx, entity, accountId);
  if (created || account.updatedAt === at) {
    await appendAudit(vault.database, trx, {
      at,
      actor,
      action: created ? 'account-created' : 'account-changed',
      subject: accountSubject(entity, accountId),
      detail: { version, holders: document.holders.map(({ customerId, role }) => ({ customerId, role })) },
    });
  }
  return { created, account };
}

function accountMistakes({ currency, holders }: AccountDocument): Mistake[] {
  const mistakes: Mistake[] = [];
  if (currency !== undefined && currencyExponent(currency) === undefined) {
    mistakes.push({
      path: '/currency',
      code: 'currency-unknown',
      message: 'The currency is not an ISO 4217 code such as "EUR"',
    });
  }
  const seen = new Set<string>();
  for (const [index, { customerId }] of holders.entries()) {
    if (seen.has(customerId)) {
      mistakes.push({
        path: `/holders/${index}/customerId`,
        code: 'holder-duplicate',
        message: 'This holder is named before, and would have two roles',
      });
    }
    seen.add(customerId);
  }
  return mistakes;
}
