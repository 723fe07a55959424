/** Delivery receipts as they came: each once, with the provider's own code. */
import type { Knex } from 'knex';
import type { Receipt } from '../contracts/adapter.js';
import type { Database } from './database.js';

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
  await trx(table)
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
  return true;
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
