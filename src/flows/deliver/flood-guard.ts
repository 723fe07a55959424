/** Counts what leaves, against the throttles and ceilings of the configuration; for all alerts of a claim at once. */
import type { Knex } from 'knex';
import { type CeilingCount, ceilingCounts, isThrottled, type Told, throttleSpan } from '../../core/delivery/flood.js';
import { phoneCountry } from '../../core/phone.js';
import type { OutboxAlert } from '../../store/outbox.js';
import { addToCount, lockCounts } from '../../store/send-counts.js';
import { toldSince } from '../../store/told-customers.js';
import type { House } from '../house.js';
import { type Known, numbersOf } from './send-inputs.js';

export interface FloodGuard {
  /** Whether the customer has got enough about this topic. */
  isThrottled(alert: OutboxAlert): boolean;
  /** Until when nothing more may leave to where this goes, epoch milliseconds; undefined where it may. */
  ceilingUntil(alert: OutboxAlert): number | undefined;
  take(alert: OutboxAlert): void;
  settle(trx: Knex.Transaction): Promise<void>;
}

export async function openFloodGuard(
  house: House,
  trx: Knex.Transaction,
  alerts: readonly OutboxAlert[],
  known: Known,
  now: number,
): Promise<FloodGuard> {
  const { database } = house.vault;
  const { throttle = [], ceilings = [] } = house.delivery;
  const told = await loadTold(house, trx, alerts, now);
  const numbers = ceilings.length === 0 ? new Map<string, string>() : numbersOf(alerts, known);
  const counts = new Map<string, CeilingCount[]>(
    alerts.flatMap((alert): [string, CeilingCount[]][] => {
      const number = numbers.get(alert.alertId);
      if (number === undefined) return [];
      return [[alert.alertId, ceilingCounts(ceilings, { lane: alert.lane, country: phoneCountry(number) }, now)]];
    }),
  );
  const all = new Map([...counts.values()].flat().map((count) => [count.scope, count]));
  const used = await lockCounts(database, trx, [...all.values()]);
  const taken = new Map<string, number>();
  const reached = new Set<string>();

  return {
    isThrottled: (alert) => {
      if (throttle.length === 0 || alert.customerId === undefined) return false;
      const others = (told.get(customerOf(alert)) ?? []).filter(({ alertId }) => alertId !== alert.alertId);
      return isThrottled(throttle, alert, others, now);
    },
    ceilingUntil: (alert) => {
      const over = (counts.get(alert.alertId) ?? []).filter(
        ({ scope, messages }) => (used.get(scope) ?? 0) + (taken.get(scope) ?? 0) >= messages,
      );
      for (const { scope } of over) reached.add(scope);
      return over.length === 0 ? undefined : Math.max(...over.map(({ endsAt }) => endsAt));
    },
    take: (alert) => {
      const name = customerOf(alert);
      told.set(name, [...(told.get(name) ?? []), { alertId: alert.alertId, topic: alert.topic, sentAt: now }]);
      for (const { scope } of counts.get(alert.alertId) ?? []) taken.set(scope, (taken.get(scope) ?? 0) + 1);
    },
    settle: async (trx) => {
      for (const scope of reached)
        house.log.error({ ceiling: scope }, 'a ceiling is reached: messages wait for its end');
      for (const [scope, messages] of taken) {
        const count = all.get(scope);
        if (count !== undefined) await addToCount(database, trx, count, messages);
      }
    },
  };
}

type ToldOne = Told & { alertId: string };

async function loadTold(
  { vault, delivery }: House,
  trx: Knex.Transaction,
  alerts: readonly OutboxAlert[],
  now: number,
): Promise<Map<string, ToldOne[]>> {
  const told = new Map<string, ToldOne[]>();
  const span = throttleSpan(delivery.throttle ?? []);
  if (span === 0) return told;
  const customerIds = [...new Set(alerts.flatMap(({ customerId }) => customerId ?? []))];
  for (const one of await toldSince(vault.database, trx, customerIds, now - span)) {
    const name = customerOf(one);
    told.set(name, [...(told.get(name) ?? []), one]);
  }
  return told;
}

function customerOf({ entity, customerId = '' }: Pick<OutboxAlert, 'entity' | 'customerId'>): string {
  return `${entity}/${customerId}`;
}
