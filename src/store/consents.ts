/** The consent ledger: who allowed which topic, when, how and in which words. Rows are only ever added. */
import type { Knex } from 'knex';
import type { ConsentDocument } from '../contracts/customer.js';
import type { Database } from './database.js';
import { markRegistryChanged } from './registry-memory.js';
import { selectIn } from './select-in.js';

export interface ConsentRow {
  row_id: number;
  entity: string;
  customer_id: string;
  topic: string;
  granted: number;
  given_by: string;
  given_at: number;
  how: string;
  wording: string;
  recorded_at: number;
}

export interface ConsentRecord extends ConsentDocument {
  recordedAt: number;
}

export async function recordConsent(
  database: Database,
  trx: Knex.Transaction,
  consent: { entity: string; customerId: string; document: ConsentDocument; recordedAt: number },
): Promise<void> {
  const { topic, granted, by, at, how, wording } = consent.document;
  await trx(database.table('consents')).insert({
    entity: consent.entity,
    customer_id: consent.customerId,
    topic,
    granted: granted ? 1 : 0,
    given_by: by,
    given_at: Date.parse(at),
    how,
    wording,
    recorded_at: consent.recordedAt,
  });
  await markRegistryChanged(database, trx);
}

/** A customer's whole ledger, in the order it was recorded. */
export async function listConsents(
  database: Database,
  trx: Knex,
  entity: string,
  customerId: string,
): Promise<ConsentRecord[]> {
  const rows = await consentRows(database, trx, entity, [customerId]);
  return rows.map((row) => ({
    topic: row.topic,
    granted: row.granted === 1,
    by: row.given_by,
    at: new Date(row.given_at).toISOString(),
    how: row.how,
    wording: row.wording,
    recordedAt: row.recorded_at,
  }));
}

/** Per customer and topic, what was given last counts; of two given at once, the one recorded last. `at`: as known then. */
export async function consentsFor(
  database: Database,
  trx: Knex,
  entity: string,
  customerIds: string[],
  at?: number,
): Promise<Map<string, Record<string, boolean>>> {
  const rows = await consentRows(database, trx, entity, customerIds, at);
  const latest = new Map<string, Record<string, boolean>>();
  // A stable sort: rows given at the same time stay in the order they were recorded.
  for (const row of rows.sort((a, b) => a.given_at - b.given_at)) {
    const topics = latest.get(row.customer_id) ?? {};
    topics[row.topic] = row.granted === 1;
    latest.set(row.customer_id, topics);
  }
  return latest;
}

async function consentRows(
  database: Database,
  trx: Knex,
  entity: string,
  customerIds: string[],
  recordedUntil?: number,
): Promise<ConsentRow[]> {
  const until = recordedUntil === undefined ? '' : ' and recorded_at <= ?';
  const rows = await selectIn<ConsentRow>(
    database,
    trx,
    {
      sql: (list) =>
        `select * from ${database.table('consents')} where entity = ?${until} and customer_id in ${list} order by row_id`,
      before: recordedUntil === undefined ? [entity] : [entity, recordedUntil],
    },
    customerIds.map((id) => [id]),
  );
  return rows;
}
