/**
 * Sends alerts again that were given up, refused, or may have been sent: with all their attempts, and past every gate of
 * sending once more, so that what has expired or is no longer wanted ends there. Audited.
 */
import type { Knex } from 'knex';
import { LedgerbellError } from '../contracts/errors.js';
import { type AlertEvent, nextStatus } from '../core/delivery/state.js';
import { appendAudit } from '../store/audit.js';
import type { OutboxAlert } from '../store/outbox.js';
import { changeAlerts, lockAlerts } from '../store/outbox-changes.js';
import { countRedrivable, type RedriveFilter, selectRedrivable } from '../store/redrivable-alerts.js';
import { withTransaction } from '../store/with-transaction.js';
import type { House } from './house.js';

export type { RedriveFilter };

/** In which an alert can be sent again; `unknown` may reach the customer twice. */
export const REDRIVABLE = ['dead', 'failed', 'unknown'] as const;

interface Request {
  actor: string;
  /** For the audit. */
  reason: string;
}

const PAGE = 500;

/** @throws LedgerbellError `alert-unknown`, `alert-not-redrivable` */
export async function redriveAlert(house: House, { alertId, actor, reason }: Request & { alertId: string }) {
  const { database } = house.vault;
  return withTransaction(database, async (trx) => {
    const alert = (await lockAlerts(database, trx, [alertId])).get(alertId);
    if (alert === undefined) throw new LedgerbellError('alert-unknown', 'There is no alert with this id');
    if (alert.lane === 'otp') {
      throw new LedgerbellError('alert-not-redrivable', 'Codes are not sent again: the customer asks for another one');
    }
    if (!REDRIVABLE.some((status) => status === alert.status)) {
      const message = `This alert is ${alert.status}; only ${REDRIVABLE.join(', ')} can be sent again`;
      throw new LedgerbellError('alert-not-redrivable', message);
    }
    await queueAgain(house, trx, [alert]);
    const subject = `alert:${alertId}`;
    const detail = { reason, from: alert.status };
    await appendAudit(database, trx, { at: house.now(), actor, action: 'alert-redriven', subject, detail });
    return { redriven: 1 };
  });
}

export interface RedriveAlerts extends Request {
  filter: RedriveFilter;
  /** At most so many. */
  limit: number;
  /** Told after each page. */
  onProgress?(redriven: number): void;
}

/** In pages, each its own transaction and audit row. `remaining` counts what matches still. */
export async function redriveAlerts(
  house: House,
  { filter, limit, actor, reason, onProgress }: RedriveAlerts,
): Promise<{ redriven: number; remaining: number }> {
  const { database } = house.vault;
  let redriven = 0;
  while (redriven < limit) {
    const page = Math.min(PAGE, limit - redriven);
    const count = await withTransaction(database, async (trx) => {
      const alerts = await selectRedrivable(database, trx, filter, page);
      if (alerts.length === 0) return 0;
      await queueAgain(house, trx, alerts);
      const detail = { reason, ...filter, alerts: alerts.length };
      await appendAudit(database, trx, {
        at: house.now(),
        actor,
        action: 'alerts-redriven',
        subject: 'alerts',
        detail,
      });
      return alerts.length;
    });
    redriven += count;
    onProgress?.(redriven);
    if (count < page) break;
  }
  return { redriven, remaining: await countRedrivable(database, database.knex, filter) };
}

/** How many match. */
export function countToRedrive({ vault: { database } }: House, filter: RedriveFilter): Promise<number> {
  return countRedrivable(database, database.knex, filter);
}

function queueAgain(house: House, trx: Knex.Transaction, alerts: readonly OutboxAlert[]): Promise<void> {
  const now = house.now();
  const changes = alerts.map(({ alertId, status, resends }) => {
    const event: AlertEvent = status === 'unknown' ? 'resend' : 'redrive';
    const change = {
      status: nextStatus(status, event),
      reason: null,
      code: null,
      attempts: 0,
      lookups: 0,
      resends: event === 'resend' ? resends + 1 : resends,
      notBefore: now,
      checkAt: null,
      afterAdapter: null,
      delayed: true,
      undeliveredReported: false,
    };
    return { alertId, change };
  });
  return changeAlerts(house.vault.database, trx, changes, now);
}
