/** Where the links of messages lead. */
import type { Knex } from 'knex';
import type { Database } from './database.js';
import { insertRows } from './insert-rows.js';
import { exceptHeld } from './legal-holds.js';

export interface ShortLink {
  /** 32 bytes: a keyed hash of the token. */
  linkHash: Buffer;
  entity: string;
  customerId: string;
  alertId: string;
  /** What the text calls it. */
  name: string;
  /** What it is counted under, such as a campaign. */
  groupId?: string;
  /** Sealed with the customer's key. */
  target: Buffer;
  /** Epoch milliseconds. */
  createdAt: number;
  endsAt: number;
  /** When it was first followed. */
  clickedAt?: number;
}

interface Row {
  link_hash: Buffer;
  entity: string;
  customer_id: string;
  alert_id: string;
  name: string;
  group_id: string | null;
  target: Buffer;
  created_at: number;
  ends_at: number;
  clicked_at: number | null;
}

const COLUMNS = 'link_hash entity customer_id alert_id name group_id target created_at ends_at'.split(' ');

/** A link that is there already, because a page of alerts is made a second time, leads on as it now should and keeps its click. */
export async function insertShortLinks(
  database: Database,
  trx: Knex.Transaction,
  links: readonly Omit<ShortLink, 'clickedAt'>[],
): Promise<void> {
  // Sorted, so that two writers of the same links wait for each other instead of deadlocking.
  const sorted = [...links].sort((a, b) => Buffer.compare(a.linkHash, b.linkHash));
  const rows = sorted.map((one) => [
    one.linkHash,
    one.entity,
    one.customerId,
    one.alertId,
    one.name,
    one.groupId ?? null,
    one.target,
    one.createdAt,
    one.endsAt,
  ]);
  await insertRows(database, trx, 'short_links', COLUMNS, rows, { replaceBy: ['link_hash'] });
}

export async function findShortLink(database: Database, trx: Knex, linkHash: Buffer): Promise<ShortLink | undefined> {
  const row = await trx<Row>(database.table('short_links')).where('link_hash', linkHash).first();
  return row === undefined ? undefined : fromRow(row);
}

/** Returns whether it was the first time. */
export async function noteClick(database: Database, trx: Knex, linkHash: Buffer, at: number): Promise<boolean> {
  const changed = await trx<Row>(database.table('short_links'))
    .where('link_hash', linkHash)
    .whereNull('clicked_at')
    .update({ clicked_at: at });
  return changed === 1;
}

export interface ClickCount {
  name: string;
  /** How many links there are, and how many of them were followed at least once. */
  links: number;
  clicked: number;
}

/** By name, of what was made under one group; with `before`, of those that are about to be removed. */
export async function countClicks(
  database: Database,
  trx: Knex,
  groupId: string,
  before?: number,
): Promise<ClickCount[]> {
  const links = before === undefined ? trx(database.table('short_links')) : endedLinks(database, trx, before);
  const rows: { name: string; links: number; clicked: number }[] = await links
    .where('group_id', groupId)
    .groupBy('name')
    .orderBy('name')
    .select('name', trx.raw('count(*) as links'), trx.raw('count(clicked_at) as clicked'));
  return rows.map((row) => ({ name: row.name, links: Number(row.links), clicked: Number(row.clicked) }));
}

/** Of one customer, oldest first. */
export async function shortLinksOf(
  database: Database,
  trx: Knex,
  customer: { entity: string; customerId: string },
): Promise<ShortLink[]> {
  const rows: Row[] = await trx<Row>(database.table('short_links'))
    .where({ entity: customer.entity, customer_id: customer.customerId })
    .orderBy([{ column: 'created_at' }, { column: 'link_hash' }]);
  return rows.map(fromRow);
}

/** Removes links that ended before `before`, but those of customers under a legal hold. */
export async function purgeShortLinks(database: Database, trx: Knex.Transaction, before: number): Promise<number> {
  return endedLinks(database, trx, before).delete();
}

/** The groups of links that are about to be removed. */
export function endedGroups(database: Database, trx: Knex, before: number): Promise<string[]> {
  return endedLinks(database, trx, before).whereNotNull('group_id').distinct().orderBy('group_id').pluck('group_id');
}

function endedLinks(database: Database, trx: Knex, before: number): Knex.QueryBuilder {
  return exceptHeld(database, trx(database.table('short_links')).where('ends_at', '<', before), 'short_links');
}

function fromRow(row: Row): ShortLink {
  return {
    linkHash: row.link_hash,
    entity: row.entity,
    customerId: row.customer_id,
    alertId: row.alert_id,
    name: row.name,
    ...(row.group_id === null ? {} : { groupId: row.group_id }),
    target: row.target,
    createdAt: Number(row.created_at),
    endsAt: Number(row.ends_at),
    ...(row.clicked_at === null ? {} : { clickedAt: Number(row.clicked_at) }),
  };
}
