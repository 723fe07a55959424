/** Takes delivery receipts: recorded once each, matched to their alert, and moved along a state machine that never goes back. */
import { hash } from 'node:crypto';
import type { Knex } from 'knex';
import type { Receipt } from '../contracts/adapter.js';
import { nextStatus, RECEIPT_EVENTS } from '../core/delivery/state.js';
import { findAlert, findByProviderId, type OutboxAlert } from '../store/outbox.js';
import { updateAlert } from '../store/outbox-changes.js';
import { latestPhoneVersion, suspendPhone } from '../store/phones.js';
import { insertReceipt } from '../store/receipts.js';
import { withTransaction } from '../store/with-transaction.js';
import type { House } from './house.js';
import type { MovedAlert, TakenReceipt } from './watch.js';

export interface ReceiptsAnswer {
  recorded: number;
  duplicates: number;
  /** Receipts of messages that are not ours; recorded all the same. */
  unmatched: number;
}

export async function receiveReceipts(
  house: House,
  adapter: string,
  receipts: readonly Receipt[],
): Promise<ReceiptsAnswer> {
  const taken = await withTransaction(house.vault.database, async (trx) => {
    const taken: TakenReceipt[] = [];
    for (const receipt of receipts) taken.push(await takeOne(house, trx, adapter, receipt));
    return taken;
  });
  house.watch?.receiptsTaken(adapter, taken);
  const count = (result: TakenReceipt['result']) => taken.filter((one) => one.result === result).length;
  const [duplicates, unmatched] = [count('duplicate'), count('unmatched')];
  return { recorded: taken.length - duplicates, duplicates, unmatched };
}

async function takeOne(house: House, trx: Knex.Transaction, adapter: string, receipt: Receipt): Promise<TakenReceipt> {
  const { database } = house.vault;
  const now = house.now();
  const { state, code } = receipt;
  const alert = await matching(house, trx, adapter, receipt);
  const parts = [adapter, receipt.alertId ?? '', receipt.providerId ?? '', receipt.state, receipt.code ?? ''];
  const key = hash('sha256', parts.map((part) => `${part.length}:${part}`).join(''), 'buffer');
  const isNew = await insertReceipt(database, trx, { key, alertId: alert?.alertId, adapter, receipt, at: now });
  if (!isNew) return { state, code, result: 'duplicate' };
  if (alert === undefined) return { state, code, result: 'unmatched' };
  return { state, code, result: 'recorded', alert: await apply(house, trx, alert, receipt, now) };
}

async function matching(
  house: House,
  trx: Knex.Transaction,
  adapter: string,
  receipt: Receipt,
): Promise<OutboxAlert | undefined> {
  const { database } = house.vault;
  if (receipt.alertId !== undefined) return findAlert(database, trx, receipt.alertId);
  if (receipt.providerId !== undefined) return findByProviderId(database, trx, adapter, receipt.providerId);
  return undefined;
}

async function apply(
  house: House,
  trx: Knex.Transaction,
  alert: OutboxAlert,
  receipt: Receipt,
  now: number,
): Promise<MovedAlert> {
  const { database } = house.vault;
  const { alertId, lane, notify } = alert;
  const event = RECEIPT_EVENTS[receipt.state];
  const status = event === undefined ? alert.status : nextStatus(alert.status, event);
  if (status !== alert.status) {
    const change = {
      status,
      reason: null,
      checkAt: null,
      ...(receipt.code === undefined ? {} : { code: receipt.code.slice(0, 64) }),
    };
    await updateAlert(database, trx, alert.alertId, [alert.status], change, now);
  }
  const moved = { alertId, lane, notify, from: alert.status, to: status, at: now };
  if (receipt.numberGone !== true || alert.customerId === undefined) return moved;
  const { entity, customerId } = alert;
  const version = await latestPhoneVersion(database, trx, entity, customerId);
  if (version !== undefined && alert.phone === 'current') {
    await suspendPhone(database, trx, { entity, customerId, version, at: now });
  }
  return moved;
}
