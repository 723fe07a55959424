/**
 * SMS that came in. Each is one row, found by a keyed hash; the text is kept for the customers whose number it came from, a
 * sealed copy each, and not at all where nobody is known by the number.
 */
import type { Knex } from 'knex';
import { openJson, sealJson } from './crypto/sealed-json.js';
import { customerSubject } from './crypto/subject-hash.js';
import type { Vault } from './crypto/vault.js';
import type { Database } from './database.js';
import type { PhoneStatus } from './phones.js';

export interface InboundToStore {
  /** Names this message: the same one again is a duplicate. */
  key: Buffer;
  adapter: string;
  providerId?: string;
  phoneIndex: Buffer;
  sentTo: string;
  word: string;
  /** Epoch milliseconds. */
  at: number;
}

const DUPLICATE = 1062;

/** Returns false where it was recorded before. */
export async function insertInbound(
  database: Database,
  trx: Knex.Transaction,
  message: InboundToStore,
): Promise<boolean> {
  const table = database.table('inbound');
  if ((await trx(table).where('inbound_key', message.key).first('row_id')) !== undefined) return false;
  try {
    await trx(table).insert({
      inbound_key: message.key,
      adapter: message.adapter,
      provider_id: message.providerId?.slice(0, 255) ?? null,
      phone_index: message.phoneIndex,
      sent_to: message.sentTo.slice(0, 64),
      word: message.word,
      outcome: 'received',
      alert_id: null,
      answer_id: null,
      received_at: message.at,
    });
    return true;
  } catch (error) {
    // Another replica was given the same message at the same time.
    if ((error as { errno?: unknown }).errno === DUPLICATE) return false;
    throw error;
  }
}

/** Whether any of these is recorded. */
export async function isInboundKnown(database: Database, trx: Knex, keys: readonly Buffer[]): Promise<boolean> {
  const row = await trx(database.table('inbound'))
    .whereIn('inbound_key', [...keys])
    .first('row_id');
  return row !== undefined;
}

export async function settleInbound(
  database: Database,
  trx: Knex.Transaction,
  key: Buffer,
  settled: { outcome: string; alertId?: string; answerId?: string },
): Promise<void> {
  await trx(database.table('inbound'))
    .where('inbound_key', key)
    .update({ outcome: settled.outcome, alert_id: settled.alertId ?? null, answer_id: settled.answerId ?? null });
}

/** How many answers of ours went to this number since then. */
export async function countAnswers(database: Database, trx: Knex, phoneIndex: Buffer, since: number): Promise<number> {
  const row = await trx(database.table('inbound'))
    .where({ phone_index: phoneIndex })
    .where('received_at', '>=', since)
    .whereNotNull('answer_id')
    .count({ count: '*' })
    .first();
  return Number(row?.count ?? 0);
}

/** A record of the number, of a customer who has or had it. */
export interface NumberHolder {
  entity: string;
  customerId: string;
  version: number;
  status: PhoneStatus;
  validFrom: number;
  validUntil?: number;
}

/** Everybody who has or had the number, in every entity. On MySQL the records stay locked until the transaction ends. */
export async function holdersOfNumber(
  database: Database,
  trx: Knex.Transaction,
  phoneIndex: Buffer,
): Promise<NumberHolder[]> {
  const query = trx(database.table('phones'))
    .where({ phone_index: phoneIndex })
    .orderBy(['entity', 'customer_id', 'version']);
  const rows = await (database.dialect === 'mysql' ? query.forUpdate() : query);
  return rows.map((row) => ({
    entity: row.entity,
    customerId: row.customer_id,
    version: row.version,
    status: row.status,
    validFrom: Number(row.valid_from),
    ...(row.valid_until === null ? {} : { validUntil: Number(row.valid_until) }),
  }));
}

interface InboundBody {
  from: string;
  text: string;
}

/** A copy for each of these customers; erased ones get none. */
export async function keepText(
  vault: Vault,
  trx: Knex.Transaction,
  key: Buffer,
  customers: readonly { entity: string; customerId: string }[],
  body: InboundBody,
): Promise<void> {
  const keys = await vault.keys.find(
    trx,
    customers.map(({ entity, customerId }) => customerSubject(entity, customerId)),
  );
  for (const { entity, customerId } of customers) {
    const subjectKey = keys.get(customerSubject(entity, customerId));
    if (subjectKey === undefined || subjectKey.destroyed) continue;
    await trx(vault.database.table('inbound_customers')).insert({
      inbound_key: key,
      entity,
      customer_id: customerId,
      body: sealJson(subjectKey, body, bodyContext(key, entity, customerId)),
    });
  }
}

export interface StoredInbound {
  receivedAt: number;
  adapter: string;
  to: string;
  word: string;
  outcome: string;
  alertId?: string;
  from: string;
  text: string;
}

/** What this customer's number sent, oldest first. Nothing of an erased one. */
export async function inboundOf(
  vault: Vault,
  trx: Knex,
  entity: string,
  customerId: string,
  limit: number,
): Promise<StoredInbound[]> {
  const { database } = vault;
  const subject = customerSubject(entity, customerId);
  const key = (await vault.keys.find(trx, [subject])).get(subject);
  if (key === undefined || key.destroyed) return [];
  const rows = await trx({ c: database.table('inbound_customers') })
    .join({ i: database.table('inbound') }, 'i.inbound_key', 'c.inbound_key')
    .where({ 'c.entity': entity, 'c.customer_id': customerId })
    .orderBy('i.row_id')
    .limit(limit)
    .select('i.*', 'c.body');
  return rows.map((row) => ({
    receivedAt: Number(row.received_at),
    adapter: row.adapter,
    to: row.sent_to,
    word: row.word,
    outcome: row.outcome,
    ...(row.alert_id === null ? {} : { alertId: row.alert_id }),
    ...openJson<InboundBody>(key, row.body, bodyContext(row.inbound_key, entity, customerId)),
  }));
}

function bodyContext(key: Buffer, entity: string, customerId: string): string {
  return `inbound/${key.toString('hex')}/${entity}/${customerId}`;
}
