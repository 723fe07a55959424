/** Delivery receipts as they came: each once, with the provider's own code. */
import type { Knex } from 'knex';
import type { Receipt, ReceiptState } from '../contracts/adapter.js';
import type { Database } from './database.js';
import { selectIn } from './select-in.js';

export interface ReceiptToStore {
  /** Names this receipt: the same one again is a duplicate. */
  key: Buffer;
  alertId?: string;
  adapter: string;
  receipt: Receipt;
  at: number;
}

/** Returns false where it was recorded before. */
export async function insertReceipt(
  database: Database,
  trx: Knex.Transaction,
  entry: ReceiptToStore,
): Promise<boolean> {
  const table = database.table('receipts');
  if ((await trx(table).where('receipt_key', entry.key).first('row_id')) !== undefined) return false;
  const [rowId] = await trx(table)
    .insert({
      receipt_key: entry.key,
      alert_id: entry.alertId ?? null,
      adapter: entry.adapter,
      provider_id: entry.receipt.providerId?.slice(0, 255) ?? null,
      state: entry.receipt.state,
      code: entry.receipt.code?.slice(0, 64) ?? null,
      received_at: entry.at,
    })
    .onConflict('receipt_key')
    .ignore();
  // MySQL gives no id to a row that another connection has just inserted; on SQLite there is no other writer.
  return database.dialect === 'sqlite' || rowId !== 0;
}

/** It is known now which message this receipt is about. */
export async function nameReceipt(
  database: Database,
  trx: Knex.Transaction,
  key: Buffer,
  alertId: string,
): Promise<void> {
  await trx(database.table('receipts')).where('receipt_key', key).update({ alert_id: alertId });
}

export interface EarlyReceipt {
  adapter: string;
  providerId: string;
  state: ReceiptState;
  code?: string;
}

/**
 * Receipts that came before it was known which message they are about, in the order in which they came; now it is. Waits for
 * who is just recording one, so call it after the provider's ids are written: of two at once the second sees the first.
 */
export async function matchEarlyReceipts(
  database: Database,
  trx: Knex.Transaction,
  messages: readonly { alertId: string; adapter: string; providerId: string }[],
): Promise<Map<string, EarlyReceipt[]>> {
  const table = database.table('receipts');
  const end = database.dialect === 'mysql' ? ' for update' : '';
  const sql = (list: string) =>
    `select row_id, adapter, provider_id, state, code from ${table} where adapter = ? and provider_id in ${list} and alert_id is null${end}`;
  const rows: EarlyRow[] = [];
  for (const adapter of new Set(messages.map((message) => message.adapter))) {
    const ids = messages.flatMap((message) => (message.adapter === adapter ? [[message.providerId]] : []));
    rows.push(...(await selectIn<EarlyRow>(database, trx, { sql, before: [adapter] }, ids)));
  }
  rows.sort((a, b) => Number(a.row_id) - Number(b.row_id));
  const early = new Map<string, EarlyReceipt[]>();
  for (const { alertId, adapter, providerId } of messages) {
    const own = rows.filter((row) => row.adapter === adapter && row.provider_id === providerId);
    if (own.length === 0) continue;
    const ids = own.map(({ row_id }) => row_id);
    await trx(table).whereIn('row_id', ids).update({ alert_id: alertId });
    early.set(
      alertId,
      own.map(({ state, code }) => ({ adapter, providerId, state, ...(code === null ? {} : { code }) })),
    );
  }
  return early;
}

interface EarlyRow {
  row_id: number;
  adapter: string;
  provider_id: string;
  state: ReceiptState;
  code: string | null;
}

export interface StoredReceipt {
  adapter: string;
  state: string;
  code?: string;
  receivedAt: number;
}

export async function receiptsOf(database: Database, trx: Knex, alertId: string): Promise<StoredReceipt[]> {
  const rows = await trx(database.table('receipts')).where('alert_id', alertId).orderBy('row_id');
  return rows.map((row) => ({
    adapter: row.adapter,
    state: row.state,
    receivedAt: Number(row.received_at),
    ...(row.code === null ? {} : { code: row.code }),
  }));
}
