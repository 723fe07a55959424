/** Links to one customer's page of choices. */
import type { Knex } from 'knex';
import type { Database } from './database.js';
import { exceptHeld } from './legal-holds.js';

export interface PreferenceLink {
  /** 32 bytes: a keyed hash of the secret part of the token. */
  linkHash: Buffer;
  entity: string;
  customerId: string;
  /** Epoch milliseconds. */
  createdAt: number;
  endsAt: number;
  /** When choices were saved with it. */
  usedAt?: number;
  revokedAt?: number;
}

interface Row {
  link_hash: Buffer;
  entity: string;
  customer_id: string;
  created_at: number;
  ends_at: number;
  used_at: number | null;
  revoked_at: number | null;
}

export async function insertLink(
  database: Database,
  trx: Knex.Transaction,
  { linkHash, entity, customerId, createdAt, endsAt }: PreferenceLink,
): Promise<void> {
  const times = { created_at: createdAt, ends_at: endsAt };
  await trx<Row>(database.table('preference_links')).insert({
    link_hash: linkHash,
    entity,
    customer_id: customerId,
    ...times,
  });
}

export async function findLink(database: Database, trx: Knex, linkHash: Buffer): Promise<PreferenceLink | undefined> {
  const row = await trx<Row>(database.table('preference_links')).where('link_hash', linkHash).first();
  return row === undefined ? undefined : fromRow(row);
}

/** Of two that save at once with one link, one is told false. */
export async function useLink(
  database: Database,
  trx: Knex.Transaction,
  linkHash: Buffer,
  at: number,
): Promise<boolean> {
  const changed = await trx<Row>(database.table('preference_links'))
    .where('link_hash', linkHash)
    .whereNull('used_at')
    .whereNull('revoked_at')
    .where('ends_at', '>', at)
    .update({ used_at: at });
  return changed === 1;
}

/** Ends a customer's links that can still be used. Returns how many. */
export async function revokeLinks(
  database: Database,
  trx: Knex.Transaction,
  customer: { entity: string; customerId: string },
  at: number,
): Promise<number> {
  return trx<Row>(database.table('preference_links'))
    .where({ entity: customer.entity, customer_id: customer.customerId })
    .whereNull('used_at')
    .whereNull('revoked_at')
    .where('ends_at', '>', at)
    .update({ revoked_at: at });
}

/** Removes links that ended before `before`: until then an opened link can say why it does not work. Those of customers under a legal hold stay. */
export async function purgeLinks(database: Database, trx: Knex, before: number): Promise<number> {
  const ended = trx(database.table('preference_links')).where('ends_at', '<', before);
  return exceptHeld(database, ended, 'preference_links').delete();
}

function fromRow(row: Row): PreferenceLink {
  return {
    linkHash: row.link_hash,
    entity: row.entity,
    customerId: row.customer_id,
    createdAt: Number(row.created_at),
    endsAt: Number(row.ends_at),
    ...(row.used_at === null ? {} : { usedAt: Number(row.used_at) }),
    ...(row.revoked_at === null ? {} : { revokedAt: Number(row.revoked_at) }),
  };
}
