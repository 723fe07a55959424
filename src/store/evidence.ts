/** What is on record of messages, read for many at once: how they went, what allowed them, and their texts without codes. */
import type { Knex } from 'knex';
import type { Attempt } from './attempts.js';
import type { Database } from './database.js';
import { type AlertRow, alertOf, type OutboxAlert } from './outbox-alert.js';

export interface EvidenceWanted {
  entity: string;
  customerId: string;
  /** Epoch milliseconds: made at or after the first, before the second. */
  from?: number;
  to?: number;
  /** The last of the page before. */
  after?: { queuedAt: number; alertId: string };
  limit: number;
}

/** In the order in which they were made. */
export async function messagesOf(database: Database, trx: Knex, wanted: EvidenceWanted): Promise<OutboxAlert[]> {
  const { entity, customerId, from, to, after, limit } = wanted;
  const query = trx<AlertRow>(database.table('alerts')).where({ customer_id: customerId, entity });
  if (from !== undefined) query.where('queued_at', '>=', from);
  if (to !== undefined) query.where('queued_at', '<', to);
  if (after !== undefined) {
    const { queuedAt, alertId } = after;
    query.where((later) =>
      later
        .where('queued_at', '>', queuedAt)
        .orWhere((same) => same.where('queued_at', queuedAt).where('alert_id', '>', alertId)),
    );
  }
  const rows: AlertRow[] = await query.orderBy(['queued_at', 'alert_id']).limit(limit);
  return rows.map(alertOf);
}

export interface Proofs {
  /** Epoch milliseconds; absent where the decision was purged or there was none. */
  decidedAt?: number;
  attempts: ProvenAttempt[];
  receipts: ProvenReceipt[];
  /** In the place of a text that still holds a code; sealed as that is. */
  withoutCode?: Buffer;
}

export type ProvenAttempt = Omit<Attempt, 'alertId'>;

export interface ProvenReceipt {
  receivedAt: number;
  adapter: string;
  state: string;
  code?: string;
}

/** By alert. At most a few hundred ids. */
export async function proofsOf(
  database: Database,
  trx: Knex,
  alertIds: readonly string[],
): Promise<Map<string, Proofs>> {
  const proofs = new Map<string, Proofs>(alertIds.map((id) => [id, { attempts: [], receipts: [] }]));
  const rowsOf = (table: string, order: string) =>
    trx(database.table(table))
      .whereIn('alert_id', [...alertIds])
      .orderBy(order);
  for (const row of await rowsOf('decisions', 'row_id')) {
    const proof = proofs.get(row.alert_id);
    if (proof !== undefined) proof.decidedAt ??= Number(row.decided_at);
  }
  for (const row of await rowsOf('attempts', 'number')) {
    const { number, adapter, outcome, milliseconds } = row;
    const more = { ...named('code', row.code), ...named('providerId', row.provider_id) };
    proofs.get(row.alert_id)?.attempts.push({ number, at: Number(row.at), adapter, outcome, milliseconds, ...more });
  }
  for (const row of await rowsOf('receipts', 'row_id')) {
    const { adapter, state } = row;
    const receivedAt = Number(row.received_at);
    proofs.get(row.alert_id)?.receipts.push({ receivedAt, adapter, state, ...named('code', row.code) });
  }
  for (const row of await rowsOf('alert_evidence', 'alert_id')) {
    const proof = proofs.get(row.alert_id);
    if (proof !== undefined) proof.withoutCode = row.text;
  }
  return proofs;
}

export interface NumberedConsent {
  /** The number of its row in the ledger. */
  id: number;
  topic: string;
  granted: boolean;
  by: string;
  /** Epoch milliseconds: when it was given, and when it was put on record. */
  at: number;
  recordedAt: number;
  how: string;
  wording: string;
}

/** A customer's ledger, in the order in which what counts last comes last. */
export async function numberedConsents(
  database: Database,
  trx: Knex,
  { entity, customerId }: { entity: string; customerId: string },
): Promise<NumberedConsent[]> {
  const rows = await trx(database.table('consents'))
    .where({ entity, customer_id: customerId })
    .orderBy(['given_at', 'row_id']);
  return rows.map((row) => ({
    id: Number(row.row_id),
    topic: row.topic,
    granted: row.granted === 1,
    by: row.given_by,
    at: Number(row.given_at),
    recordedAt: Number(row.recorded_at),
    how: row.how,
    wording: row.wording,
  }));
}

function named(name: string, value: string | null): Record<string, string> {
  return value === null ? {} : { [name]: value };
}
