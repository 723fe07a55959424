/**
 * Imports customers and the accounts they hold from a stream of rows: what a row states is added or changed, what it does
 * not state stays, and the same file again changes nothing. A phone that changes is told like one changed by the API.
 */
import type { Knex } from 'knex';
import { LedgerbellError } from '../contracts/errors.js';
import { getAccount, putAccount } from '../store/accounts.js';
import { appendAudit } from '../store/audit.js';
import { accountSubject } from '../store/crypto/subject-hash.js';
import { getCustomer } from '../store/customers.js';
import { withTransaction } from '../store/with-transaction.js';
import { changeCustomerIn } from './change-customer.js';
import type { House } from './house.js';
import { type CheckedRow, checkRow, type ImportRow, type Refusal } from './import-row.js';

/** Rows a transaction: enough to share a commit, few enough not to keep the service's writers waiting. */
const ROWS_A_BATCH = 200;

export interface ImportOptions {
  entity: string;
  /** For the audit. */
  actor: string;
  /** Called for each mistake of each row that is not taken. */
  refused(refusal: Refusal): void;
  progress?(summary: Readonly<ImportSummary>): void;
}

export interface ImportSummary {
  rows: number;
  created: number;
  changed: number;
  unchanged: number;
  refused: number;
}

/** A reader that could not make a row of a line passes on the refusal. Whatever the database throws ends the import; run it again. */
export async function importCustomers(
  house: House,
  rows: AsyncIterable<ImportRow | Refusal>,
  options: ImportOptions,
): Promise<ImportSummary> {
  const summary: ImportSummary = { rows: 0, created: 0, changed: 0, unchanged: 0, refused: 0 };
  let batch: CheckedRow[] = [];
  const refuse = (refusals: readonly Refusal[]): void => {
    summary.refused += 1;
    for (const refusal of refusals) options.refused(refusal);
  };
  const flush = async (): Promise<void> => {
    for (const outcome of await importBatch(house, batch, options)) {
      if (typeof outcome === 'string') summary[outcome] += 1;
      else refuse([outcome]);
    }
    batch = [];
    options.progress?.(summary);
  };
  for await (const row of rows) {
    summary.rows += 1;
    const checked = 'fields' in row ? checkRow(house, row) : [row];
    if (Array.isArray(checked)) refuse(checked);
    else batch.push(checked);
    if (batch.length === ROWS_A_BATCH) await flush();
  }
  await flush();
  return summary;
}

type Outcome = 'created' | 'changed' | 'unchanged';

/** Where one row is refused by what is stored, nothing of the batch was kept, and each row is tried by itself. */
async function importBatch(house: House, batch: CheckedRow[], options: ImportOptions): Promise<(Outcome | Refusal)[]> {
  if (batch.length === 0) return [];
  try {
    return await withTransaction(house.vault.database, async (trx) => {
      const outcomes: Outcome[] = [];
      for (const row of batch) outcomes.push(await importRow(house, trx, row, options));
      return outcomes;
    });
  } catch (error) {
    if (!(error instanceof LedgerbellError)) throw error;
    if (batch.length === 1) return [refusalOf(batch[0] as CheckedRow, error)];
    const outcomes: (Outcome | Refusal)[] = [];
    for (const row of batch) outcomes.push(...(await importBatch(house, [row], options)));
    return outcomes;
  }
}

function refusalOf({ line }: CheckedRow, { code, message }: LedgerbellError): Refusal {
  return { line, field: 'customerId', code, message };
}

async function importRow(
  house: House,
  trx: Knex.Transaction,
  row: CheckedRow,
  { entity, actor }: ImportOptions,
): Promise<Outcome> {
  const { customerId } = row;
  const before = await getCustomer(house.vault, trx, entity, customerId);
  const document = { ...before?.document, ...row.document };
  const { created, customer } = await changeCustomerIn(house, trx, { entity, customerId, document, actor });
  let changed = customer.version !== before?.version;
  for (const accountId of row.accountIds) {
    if (await holdAccount(house, trx, row, { entity, accountId, actor })) changed = true;
  }
  return created ? 'created' : changed ? 'changed' : 'unchanged';
}

/** Makes the customer a holder, beside those there are. Returns whether that was new. */
async function holdAccount(
  { vault, now }: House,
  trx: Knex.Transaction,
  { customerId, role, currency }: CheckedRow,
  { entity, accountId, actor }: { entity: string; accountId: string; actor: string },
): Promise<boolean> {
  const before = await getAccount(vault, trx, entity, accountId);
  const known = before?.document.holders ?? [];
  const theirs = known.find((holder) => holder.customerId === customerId);
  const holder = { customerId, role: role ?? theirs?.role ?? 'owner' };
  const holders = theirs === undefined ? [...known, holder] : known.map((other) => (other === theirs ? holder : other));
  const document = { ...before?.document, holders, ...(currency === undefined ? {} : { currency }) };
  const at = now();
  const { created, version } = await putAccount(vault, trx, { entity, accountId, document, at });
  if (version === before?.version) return false;
  await appendAudit(vault.database, trx, {
    at,
    actor,
    action: created ? 'account-created' : 'account-changed',
    subject: accountSubject(entity, accountId),
    detail: { version, holders },
  });
  return true;
}
