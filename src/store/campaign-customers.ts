/** Customers in the order in which a campaign goes through them, and what role they have over all their accounts. */
import type { Knex } from 'knex';
import type { HolderRole } from '../contracts/rule.js';
import type { Database } from './database.js';
import { selectIn } from './select-in.js';

export async function customerPage(
  database: Database,
  trx: Knex,
  entity: string,
  { after, limit }: { after?: string; limit: number },
): Promise<string[]> {
  const query = trx(database.table('customers')).select('customer_id').where({ entity });
  if (after !== undefined) query.where('customer_id', '>', after);
  const rows: { customer_id: string }[] = await query.orderBy('customer_id').limit(limit);
  return rows.map(({ customer_id }) => customer_id);
}

export async function countCustomers(database: Database, trx: Knex, entity: string): Promise<number> {
  const row = await trx(database.table('customers')).where({ entity }).count({ count: '*' }).first();
  return Number(row?.count ?? 0);
}

/** The first of these that any of their accounts gives: who is a minor anywhere is one. */
const WEIGHTIEST: readonly HolderRole[] = ['minor', 'owner', 'authorised-user'];

/** By customer; owners where they hold nothing, as for events without an account. */
export async function rolesOf(
  database: Database,
  trx: Knex,
  entity: string,
  customerIds: readonly string[],
): Promise<(customerId: string) => HolderRole> {
  const rows = await selectIn<{ customer_id: string; role: HolderRole }>(
    database,
    trx,
    {
      sql: (list) =>
        `select customer_id, role from ${database.table('holders')} where entity = ? and customer_id in ${list}`,
      before: [entity],
    },
    customerIds.map((id) => [id]),
  );
  const roles = new Map<string, HolderRole[]>();
  for (const { customer_id, role } of rows) roles.set(customer_id, [...(roles.get(customer_id) ?? []), role]);
  return (customerId) => WEIGHTIEST.find((role) => roles.get(customerId)?.includes(role)) ?? 'owner';
}
