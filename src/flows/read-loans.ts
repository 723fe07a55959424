/** What a customer is known to owe, for people; as every reading of personal data it leaves a row in the audit. */
import type { Knex } from 'knex';
import { type LoanStanding, standingOfLoan } from '../core/schedule/loan-standing.js';
import { appendAudit } from '../store/audit.js';
import { customerSubject } from '../store/crypto/subject-hash.js';
import { loadLoans } from '../store/instalments.js';
import { withTransaction } from '../store/with-transaction.js';
import type { House } from './house.js';
import { registeredCustomer } from './registered.js';

/** @throws LedgerbellError `customer-unknown`, `erased` */
export function readLoans(
  house: House,
  { entity, id, actor }: { entity: string; id: string; actor: string },
): Promise<LoanStanding[]> {
  const { vault } = house;
  return withTransaction(vault.database, async (trx) => {
    await registeredCustomer(vault, trx, entity, id);
    const loans = await loansOf(house, trx, entity, id);
    const subject = customerSubject(entity, id);
    const detail = { rows: loans.length };
    await appendAudit(vault.database, trx, { at: house.now(), actor, action: 'instalments-read', subject, detail });
    return loans;
  });
}

/** In the order of their ids. */
export async function loansOf({ vault }: House, trx: Knex, entity: string, id: string): Promise<LoanStanding[]> {
  const subject = customerSubject(entity, id);
  const keys = await vault.keys.find(trx, [subject]);
  const loans = (await loadLoans(vault.database, trx, [subject], keys)).get(subject);
  return Object.values(loans ?? {})
    .map(standingOfLoan)
    .sort((a, b) => (a.loanId < b.loanId ? -1 : 1));
}
