/**
 * What happens in a simulated year, as the customers and the core system see it: facts in the order of their time. The driver
 * makes them happen to the real service; the expectations are counted from the same facts, and from nothing else.
 */
import { DEFAULT_SCHEDULE_POLICY, type SchedulePolicy } from '../../src/core/schedule/policy.js';

export const SECOND = 1_000;
export const MINUTE = 60_000;
export const HOUR = 3_600_000;
export const DAY = 86_400_000;

export interface Person {
  id: string;
  /** E.164, nobody else's. */
  phone: string;
  zone: string;
  quiet?: { from: string; to: string };
}

export type Frequency = 'daily' | 'weekly' | 'monthly';

/** Amounts are cents; an account has the id of its only holder. */
export type Fact = { at: number; customerId: string } & (
  | {
      kind: 'due';
      loanId: string;
      instalmentId: string;
      due: string;
      cents: number;
      isOrder: boolean;
      version?: number;
      withdrawn?: true;
    }
  | { kind: 'paid'; loanId: string; instalmentId?: string; cents: number; settled?: true }
  | { kind: 'posted'; balance: number; byBank: boolean }
  | { kind: 'balance'; balance: number }
  | { kind: 'chose'; frequencies: Frequency[] }
  | { kind: 'consent'; granted: boolean }
  | { kind: 'reply'; word: 'STOP' | 'START' }
  /** An offer of the core system's own, with a transaction that it commits or rolls back. */
  | { kind: 'offer'; name: string; isRolledBack: boolean }
);

export interface World {
  seed: number;
  people: Person[];
  /** In the order of their time. */
  facts: Fact[];
  /** To everybody who agreed: started by a person then. */
  campaigns: { name: string; at: number }[];
  /** Epoch milliseconds, whole minutes. */
  from: number;
  to: number;
  /** When the whole service is away: from, to; whole minutes. */
  downs: [number, number][];
  /** Processes that die at a commit. */
  kills: number;
  policy: SchedulePolicy;
  /** `YYYY-MM-DD` */
  holidays: string[];
  currency: string;
}

export const WORLD_POLICY: SchedulePolicy = {
  ...DEFAULT_SCHEDULE_POLICY,
  standingOrders: { remindBefore: [3], remindOnDay: false },
  lowBalanceAhead: [],
};

/** When a campaign may reach somebody, by their clock; from Monday to Friday. */
export const CAMPAIGN_HOURS = { from: '09:30', to: '19:30' };

/** After a look has decided: what a payment that overtakes a reminder has left. */
export const COURIER_AFTER = 2 * SECOND;

/** When something reaches the service that is sent while it is away. */
export function afterDown(at: number, downs: World['downs']): number {
  let [low, high] = [0, downs.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((downs[middle]?.[1] ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  const down = downs[low];
  return down !== undefined && down[0] <= at ? down[1] : at;
}

export function decimal(cents: number): string {
  const [sign, size] = cents < 0 ? ['-', -cents] : ['', cents];
  return `${sign}${Math.floor(size / 100)}.${String(size % 100).padStart(2, '0')}`;
}
