/**
 * Which replica may do what only one may do at a time. Time is the database's own, so that replicas whose clocks differ
 * agree. A lease that is not renewed ends by itself.
 */
import type { Knex } from 'knex';
import type { Database } from './database.js';

interface Row {
  name: string;
  owner: string;
  held_until: number;
}

/** The database's clock, epoch milliseconds. */
const CLOCK = {
  sqlite: "CAST(ROUND((julianday('now') - 2440587.5) * 86400000) AS INTEGER)",
  mysql: 'CAST(ROUND(UNIX_TIMESTAMP(NOW(3)) * 1000) AS SIGNED)',
};

/** Takes a lease that is free or ours already, for `forMs` from now. Returns whether it is ours. */
export async function claimLease(
  database: Database,
  trx: Knex.Transaction,
  { name, owner, forMs }: { name: string; owner: string; forMs: number },
): Promise<boolean> {
  const leases = () => trx<Row>(database.table('leases'));
  await leases().insert({ name, owner, held_until: 0 }).onConflict('name').ignore();
  const clock = CLOCK[database.dialect];
  const taken = await leases()
    .where({ name })
    .where((free) => free.where('owner', owner).orWhere('held_until', '<=', trx.raw(clock)))
    .update({ owner, held_until: trx.raw(`${clock} + ?`, [forMs]) as never });
  return taken === 1;
}

/** Renews those of these leases that are still ours. Returns their names. */
export async function renewLeases(
  database: Database,
  trx: Knex.Transaction,
  { names, owner, forMs }: { names: readonly string[]; owner: string; forMs: number },
): Promise<Set<string>> {
  if (names.length === 0) return new Set();
  const ours = () =>
    trx<Row>(database.table('leases'))
      .whereIn('name', [...names])
      .where({ owner });
  const clock = CLOCK[database.dialect];
  await ours().update({ held_until: trx.raw(`${clock} + ?`, [forMs]) as never });
  const rows: Pick<Row, 'name'>[] = await ours().select('name');
  return new Set(rows.map(({ name }) => name));
}

export async function releaseLeases(
  database: Database,
  trx: Knex.Transaction,
  { names, owner }: { names: readonly string[]; owner: string },
): Promise<void> {
  await trx(database.table('leases'))
    .whereIn('name', [...names])
    .where({ owner })
    .delete();
}

/** How many leases whose names begin so are held now; those that ended long ago are removed. */
export async function countLeases(database: Database, trx: Knex.Transaction, prefix: string): Promise<number> {
  const beginning = () =>
    trx(database.table('leases')).where('name', '>=', prefix).where('name', '<', `${prefix}\u{10ffff}`);
  const clock = CLOCK[database.dialect];
  await beginning()
    .where('held_until', '<', trx.raw(`${clock} - 3600000`))
    .delete();
  const row = await beginning().where('held_until', '>', trx.raw(clock)).count({ held: '*' }).first();
  return Number(row?.held ?? 0);
}
