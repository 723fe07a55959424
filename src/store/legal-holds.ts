/** Legal holds: customers of whom nothing may be removed, and erasures that were asked for meanwhile. */
import type { Knex } from 'knex';
import { accountSubject, customerSubject } from './crypto/subject-hash.js';
import type { Database } from './database.js';
import { getSetting, insertSetting } from './settings.js';

export interface LegalHold {
  entity: string;
  customerId: string;
  reason: string;
  /** The bank's own name of the matter. */
  reference: string;
  placedBy: string;
  /** Epoch milliseconds. */
  placedAt: number;
}

interface Row {
  entity: string;
  customer_id: string;
  reason: string;
  reference: string;
  placed_by: string;
  placed_at: number;
}

export interface PostponedErasure {
  askedBy: string;
  askedAt: number;
}

const LOCK = 'legal-holds';

/**
 * Until the transaction ends, no hold is placed or released and nobody is erased: of a hold and an erasure at once, the second
 * sees what the first did.
 */
export async function lockLegalHolds(database: Database, trx: Knex.Transaction): Promise<void> {
  await insertSetting(database, trx, LOCK, Buffer.alloc(0));
  await getSetting(database, trx, LOCK, { forUpdate: true });
}

/** A hold that is there keeps its time; its reason and reference become these. */
export async function putLegalHold(database: Database, trx: Knex.Transaction, hold: LegalHold): Promise<void> {
  const { entity, customerId, reason, reference, placedBy, placedAt } = hold;
  const row: Row = {
    entity,
    customer_id: customerId,
    reason,
    reference,
    placed_by: placedBy,
    placed_at: placedAt,
  };
  await trx<Row>(database.table('legal_holds'))
    .insert(row)
    .onConflict(['entity', 'customer_id'])
    .merge(['reason', 'reference']);
}

/** Returns whether there was one. */
export async function removeLegalHold(
  database: Database,
  trx: Knex.Transaction,
  entity: string,
  customerId: string,
): Promise<boolean> {
  return (await trx<Row>(database.table('legal_holds')).where({ entity, customer_id: customerId }).delete()) === 1;
}

export async function findLegalHold(
  database: Database,
  trx: Knex,
  entity: string,
  customerId: string,
): Promise<LegalHold | undefined> {
  const row = await trx<Row>(database.table('legal_holds')).where({ entity, customer_id: customerId }).first();
  return row === undefined ? undefined : fromRow(row);
}

/** In the order of ids. */
export async function listLegalHolds(
  database: Database,
  trx: Knex,
  entity: string,
  page: { after?: string; limit: number },
): Promise<LegalHold[]> {
  const query = trx<Row>(database.table('legal_holds')).where({ entity });
  if (page.after !== undefined) query.where('customer_id', '>', page.after);
  return ((await query.orderBy('customer_id').limit(page.limit)) as Row[]).map(fromRow);
}

/** What is asked again while it waits stays as it was asked first. */
export async function postponeErasure(
  database: Database,
  trx: Knex.Transaction,
  { entity, customerId, askedBy, askedAt }: PostponedErasure & { entity: string; customerId: string },
): Promise<void> {
  await trx(database.table('postponed_erasures'))
    .insert({ entity, customer_id: customerId, asked_by: askedBy, asked_at: askedAt })
    .onConflict(['entity', 'customer_id'])
    .ignore();
}

export async function findPostponedErasure(
  database: Database,
  trx: Knex,
  entity: string,
  customerId: string,
): Promise<PostponedErasure | undefined> {
  const row = await trx(database.table('postponed_erasures')).where({ entity, customer_id: customerId }).first();
  return row === undefined ? undefined : { askedBy: row.asked_by, askedAt: Number(row.asked_at) };
}

export async function removePostponedErasure(
  database: Database,
  trx: Knex.Transaction,
  entity: string,
  customerId: string,
): Promise<void> {
  await trx(database.table('postponed_erasures')).where({ entity, customer_id: customerId }).delete();
}

/** The customers under hold and the accounts they hold now, as subjects. Few: each is a matter of its own. */
export async function subjectsUnderHold({ table }: Database, trx: Knex): Promise<Set<string>> {
  const customers: Pick<Row, 'entity' | 'customer_id'>[] = await trx(table('legal_holds')).select(
    'entity',
    'customer_id',
  );
  const accounts: { entity: string; account_id: string }[] = await trx(`${table('holders')} as holder`)
    .join(`${table('legal_holds')} as held`, (on) =>
      on.on('held.entity', 'holder.entity').andOn('held.customer_id', 'holder.customer_id'),
    )
    .select('holder.entity', 'holder.account_id');
  return new Set([
    ...customers.map((row) => customerSubject(row.entity, row.customer_id)),
    ...accounts.map((row) => accountSubject(row.entity, row.account_id)),
  ]);
}

/** Leaves out of a query on `table` the rows of customers under hold; it has the columns `entity` and `customer_id`. */
export function exceptHeld<Query extends Knex.QueryBuilder>(database: Database, query: Query, table: string): Query {
  const holds = database.table('legal_holds');
  const rows = database.table(table);
  query.whereNotExists((held) =>
    held
      .select('entity')
      .from(holds)
      .whereRaw('?? = ??', [`${holds}.entity`, `${rows}.entity`])
      .whereRaw('?? = ??', [`${holds}.customer_id`, `${rows}.customer_id`]),
  );
  return query;
}

function fromRow(row: Row): LegalHold {
  return {
    entity: row.entity,
    customerId: row.customer_id,
    reason: row.reason,
    reference: row.reference,
    placedBy: row.placed_by,
    placedAt: Number(row.placed_at),
  };
}
