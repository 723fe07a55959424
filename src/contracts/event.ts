import type { JsonObject } from './json.js';

/** What a core system may send. `schedule.*`, `alert.*` and `challenge.*` are made inside and are refused from outside. */
export const EXTERNAL_EVENT_TYPES = [
  'transaction.posted',
  'transaction.authorised',
  'transaction.declined',
  'transaction.reversed',
  'account.opened',
  'account.updated',
  'account.balance',
  'account.closed',
  'customer.created',
  'customer.updated',
  'customer.contact-changed',
  'customer.login',
  'customer.password-changed',
  'loan.decided',
  'loan.instalment-due',
  'loan.paid',
] as const;

/**
 * `schedule.inactive`: an account was quiet for a stated time. `alert.undelivered`: an alert ended without reaching a phone.
 * `challenge.requested`: a one-time code leaves. The other `schedule.*`: a payment is near, here or overdue, a balance will not
 * suffice for one, a customer's regular look at a balance has come, or their tip against fraud.
 */
export const INTERNAL_EVENT_TYPES = [
  'schedule.inactive',
  'schedule.payment-due',
  'schedule.payment-overdue',
  'schedule.low-balance-ahead',
  'schedule.balance-digest',
  'schedule.security-tip',
  'alert.undelivered',
  'challenge.requested',
] as const;

export type ExternalEventType = (typeof EXTERNAL_EVENT_TYPES)[number];
export type InternalEventType = (typeof INTERNAL_EVENT_TYPES)[number];
export type EventType = ExternalEventType | InternalEventType;

/** A CloudEvent 1.0 as it arrives (structured form); binary form is turned into this before anything looks at it. */
export interface CloudEvent {
  specversion: '1.0';
  id: string;
  source: string;
  type: string;
  /** RFC 3339 with an offset. */
  time: string;
  datacontenttype?: string;
  subject?: string;
  /** Legal entity or brand; the default entity where absent. A CloudEvents extension attribute. */
  entity?: string;
  /** Fold this event into what is remembered, and never alert. A CloudEvents extension attribute. */
  learn?: boolean;
  data: JsonObject;
}

/** An amount in integer minor units (safe integer) of an ISO 4217 currency. */
export interface Money {
  minor: number;
  currency: string;
}

/** A validated event: what `step` folds. */
export interface LedgerEvent {
  entity: string;
  source: string;
  id: string;
  type: EventType;
  /** Epoch milliseconds. */
  time: number;
  /** The one profile this event writes: `account:<id>`, else `customer:<id>`. */
  profile: string;
  accountId?: string;
  customerId?: string;
  transactionId?: string;
  /** The `transactionId` this event takes back. */
  reverses?: string;
  /** `transaction.*` only; always at or above zero, `direction` tells the sign. */
  amount?: Money;
  /** The balance as this event leaves it, where the event states it (`balanceAfter`, or `balance` of `account.balance`). */
  balanceAfter?: Money;
  learn: boolean;
  /** The data as validated: nulls removed, card numbers redacted, unknown keys kept. */
  data: JsonObject;
}
