/** A provider may call back before its own answer is recorded, and name the message by an id that only that answer tells us. */
import type { Knex } from 'knex';
import type { AlertStatus } from '../../contracts/decision.js';
import { nextStatus, RECEIPT_EVENTS } from '../../core/delivery/state.js';
import { type AlertChange, changeAlerts } from '../../store/outbox-changes.js';
import { type EarlyReceipt, matchEarlyReceipts } from '../../store/receipts.js';
import type { House } from '../house.js';

export interface NamedMessage {
  alertId: string;
  adapter: string;
  providerId: string;
  /** By now. */
  status: AlertStatus;
}

/** To be called once these ids are written. Returns the status of those that a receipt has moved. */
export async function hearEarlyReceipts(
  { vault: { database } }: House,
  trx: Knex.Transaction,
  messages: readonly NamedMessage[],
  now: number,
): Promise<Map<string, AlertStatus>> {
  if (messages.length === 0) return new Map();
  const receipts = await matchEarlyReceipts(database, trx, messages);
  const changes = messages.flatMap(({ alertId, status }) => {
    const change = heard(status, receipts.get(alertId) ?? []);
    return change === undefined ? [] : [{ alertId, change }];
  });
  await changeAlerts(database, trx, changes, now);
  return new Map(changes.map(({ alertId, change }) => [alertId, change.status]));
}

function heard(
  before: AlertStatus,
  receipts: readonly EarlyReceipt[],
): (AlertChange & { status: AlertStatus }) | undefined {
  let change: (AlertChange & { status: AlertStatus }) | undefined;
  for (const { state, code } of receipts) {
    const event = RECEIPT_EVENTS[state];
    const known = change?.status ?? before;
    const status = event === undefined ? known : nextStatus(known, event);
    if (status !== known)
      change = {
        reason: null,
        checkAt: null,
        ...change,
        ...(code === undefined ? {} : { code: code.slice(0, 64) }),
        status,
      };
  }
  return change;
}
