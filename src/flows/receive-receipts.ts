/** Takes delivery receipts: recorded once each, matched to their alert, and moved along a state machine that never goes back. */
import { hash } from 'node:crypto';
import type { Knex } from 'knex';
import type { Receipt } from '../contracts/adapter.js';
import { nextStatus, RECEIPT_EVENTS } from '../core/delivery/state.js';
import type { OutboxAlert } from '../store/outbox.js';
import { lockAlerts, lockByProviderId, updateAlert } from '../store/outbox-changes.js';
import { latestPhoneVersion, suspendPhone } from '../store/phones.js';
import { insertReceipt, nameReceipt } from '../store/receipts.js';
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
  const { database } = house.vault;
  const taken = await withTransaction(database, async (trx) => {
    const known = await lockKnown(house, trx, adapter, receipts);
    const taken: TakenReceipt[] = [];
    for (const receipt of receipts) taken.push(await takeOne(house, trx, adapter, receipt, known));
    return taken;
  });
  house.watch?.receiptsTaken(adapter, taken);
  const count = (result: TakenReceipt['result']) => taken.filter((one) => one.result === result).length;
  const [duplicates, unmatched] = [count('duplicate'), count('unmatched')];
  return { recorded: taken.length - duplicates, duplicates, unmatched };
}

/** Locked until the transaction ends: what is recorded about them at the same moment waits, or was waited for. */
interface Known {
  alerts: Map<string, OutboxAlert>;
  /** Alert ids. */
  byProviderId: Map<string, string>;
}

async function lockKnown(
  { vault: { database } }: House,
  trx: Knex.Transaction,
  adapter: string,
  receipts: readonly Receipt[],
): Promise<Known> {
  const ids = receipts.flatMap(({ alertId }) => alertId ?? []);
  const known: Known = { alerts: await lockAlerts(database, trx, ids), byProviderId: new Map() };
  const providerIds = receipts.flatMap(({ alertId, providerId }) => (alertId === undefined ? (providerId ?? []) : []));
  for (const alert of await lockByProviderId(database, trx, adapter, providerIds)) learn(known, alert);
  return known;
}

function learn({ alerts, byProviderId }: Known, alert: OutboxAlert): void {
  alerts.set(alert.alertId, alerts.get(alert.alertId) ?? alert);
  if (alert.providerId !== undefined) byProviderId.set(alert.providerId, alert.alertId);
}

async function takeOne(
  house: House,
  trx: Knex.Transaction,
  adapter: string,
  receipt: Receipt,
  known: Known,
): Promise<TakenReceipt> {
  const { database } = house.vault;
  const now = house.now();
  const { state, code } = receipt;
  const parts = [adapter, receipt.alertId ?? '', receipt.providerId ?? '', receipt.state, receipt.code ?? ''];
  const key = hash('sha256', parts.map((part) => `${part.length}:${part}`).join(''), 'buffer');
  const found = knownOf(known, receipt);
  const isNew = await insertReceipt(database, trx, { key, alertId: found?.alertId, adapter, receipt, at: now });
  if (!isNew) return { state, code, result: 'duplicate' };
  const alert = found ?? (await lookAgain(house, trx, adapter, receipt, known));
  if (alert === undefined) return { state, code, result: 'unmatched' };
  if (found === undefined) await nameReceipt(database, trx, key, alert.alertId);
  const moved = await apply(house, trx, alert, receipt, now);
  known.alerts.set(alert.alertId, { ...alert, status: moved.to });
  return { state, code, result: 'recorded', alert: moved };
}

function knownOf({ alerts, byProviderId }: Known, { alertId, providerId }: Receipt): OutboxAlert | undefined {
  return alerts.get(alertId ?? byProviderId.get(providerId ?? '') ?? '');
}

/**
 * The answer that tells the provider's id may be recorded in this very moment: it looks for our receipt after it has written
 * that id, and we look for that id after we have written the receipt, each waiting for the other. So one of the two finds.
 */
async function lookAgain(
  { vault: { database } }: House,
  trx: Knex.Transaction,
  adapter: string,
  { alertId, providerId }: Receipt,
  known: Known,
): Promise<OutboxAlert | undefined> {
  if (alertId !== undefined || providerId === undefined || database.dialect === 'sqlite') return undefined;
  const [alert] = await lockByProviderId(database, trx, adapter, [providerId]);
  if (alert === undefined) return undefined;
  learn(known, alert);
  return known.alerts.get(alert.alertId);
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
