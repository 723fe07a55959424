/** What customers are known to owe: a row a loan, sealed with the customer's key, read only where an event needs it. */
import { hash } from 'node:crypto';
import type { Knex } from 'knex';
import { decodeLoan, encodeLoan } from '../core/profile/codec.js';
import { ownKey } from '../core/profile/profile.js';
import type { Loan, Loans } from '../core/schedule/loans.js';
import { subjectHash } from './crypto/subject-hash.js';
import type { SubjectKey } from './crypto/subject-key.js';
import type { Database } from './database.js';
import { insertRows } from './insert-rows.js';
import { selectIn } from './select-in.js';

type Keys = ReadonlyMap<string, SubjectKey>;

interface Row {
  profile_hash: Buffer;
  loan_hash: Buffer;
  state: Buffer;
}

/** All loans of each of these customers, by subject; of those without any, or erased, nothing. */
export async function loadLoans(
  database: Database,
  trx: Knex,
  subjects: readonly string[],
  keys: Keys,
): Promise<Map<string, Loans>> {
  const table = database.table('instalments');
  const rows = await selectIn<Row>(
    database,
    trx,
    { sql: (list) => `select profile_hash, loan_hash, state from ${table} where profile_hash in ${list}` },
    subjects.map((subject) => [subjectHash(subject)]),
  );
  const byHash = new Map(subjects.map((subject) => [subjectHash(subject).toString('latin1'), subject]));
  const loaded = new Map<string, Record<string, Loan>>();
  for (const row of rows) {
    const subject = byHash.get(row.profile_hash.toString('latin1'));
    const key = subject === undefined ? undefined : keys.get(subject);
    if (subject === undefined || key === undefined || key.destroyed) continue;
    const loan = decodeLoan(key.open(row.state, contextOf(subject, row.loan_hash)).toString());
    const known = loaded.get(subject) ?? {};
    loaded.set(subject, known);
    known[ownKey(loan.id)] = loan;
  }
  return loaded;
}

export async function saveLoans(
  database: Database,
  trx: Knex.Transaction,
  loans: readonly { subject: string; loan: Loan }[],
  keys: Keys,
): Promise<void> {
  const rows = loans.map(({ subject, loan }) => {
    const key = keys.get(subject);
    if (key === undefined) throw new TypeError('a subject without a loaded key');
    const loanHash = hashOf(loan.id);
    return [subjectHash(subject), loanHash, key.seal(Buffer.from(encodeLoan(loan)), contextOf(subject, loanHash))];
  });
  await insertRows(database, trx, 'instalments', ['profile_hash', 'loan_hash', 'state'], rows, {
    replaceBy: ['profile_hash', 'loan_hash'],
  });
}

function hashOf(loanId: string): Buffer {
  return hash('sha256', loanId, 'buffer').subarray(0, 16);
}

function contextOf(subject: string, loanHash: Buffer): string {
  return `loan/${subject}/${loanHash.toString('hex')}`;
}
