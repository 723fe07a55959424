/**
 * The life of an alert in the outbox, as one table: what can happen in each status, and what it becomes.
 * What is not in the table changes nothing, so that news may come in any order, twice or never, and a late
 * "accepted" never undoes "delivered". What has ended is in a table of its own.
 */
import type { ReceiptState } from '../../contracts/adapter.js';
import type { AlertStatus } from '../../contracts/decision.js';

export type AlertEvent =
  // an operator's brakes, and the gates asked before sending
  | 'hold'
  | 'release'
  | 'defer'
  | 'due'
  | 'suppress'
  | 'expire'
  | 'recover'
  | 'cancel'
  // one attempt: marked durably before the request leaves, then what the adapter said
  | 'send'
  | 'accepted'
  | 'rejected'
  | 'retryable'
  | 'unknown'
  /** The process ended between `send` and the outcome. */
  | 'lost'
  /** No attempts are left, or none that could come in time. */
  | 'give-up'
  /** The lane's policy, or an operator, sends an unknown message again. It is counted. */
  | 'resend'
  /** Its provider is sure that it never took it. */
  | 'absent'
  /** An operator sends again what was refused or given up. */
  | 'redrive'
  // what a receipt says
  | 'receipt-accepted'
  | 'receipt-delivered'
  | 'receipt-failed';

/** A receipt whose state is `unknown` says nothing. */
export const RECEIPT_EVENTS: Readonly<Partial<Record<ReceiptState, AlertEvent>>> = {
  accepted: 'receipt-accepted',
  delivered: 'receipt-delivered',
  failed: 'receipt-failed',
};

type Row = Partial<Record<AlertEvent, AlertStatus>>;

/** A receipt can overtake the provider's own answer, so a waiting or sending alert listens to it too. */
const RECEIPTS: Row = {
  'receipt-accepted': 'accepted',
  'receipt-delivered': 'delivered',
  'receipt-failed': 'failed',
};

const BEFORE_SENDING: Row = {
  ...RECEIPTS,
  hold: 'held',
  defer: 'deferred',
  suppress: 'suppressed',
  expire: 'expired',
  recover: 'recovered',
  cancel: 'cancelled',
  'give-up': 'dead',
};

const TABLE: Partial<Record<AlertStatus, Row>> = {
  queued: { ...BEFORE_SENDING, send: 'sending' },
  held: { ...BEFORE_SENDING, release: 'queued' },
  deferred: { ...BEFORE_SENDING, due: 'queued' },
  sending: {
    ...RECEIPTS,
    accepted: 'accepted',
    rejected: 'failed',
    retryable: 'queued',
    unknown: 'unknown',
    lost: 'unknown',
    'give-up': 'dead',
  },
  // The very answer that was missing, recorded late, is no doubt: what was certainly not sent may be sent.
  unknown: {
    ...RECEIPTS,
    accepted: 'accepted',
    rejected: 'failed',
    retryable: 'queued',
    resend: 'queued',
    absent: 'queued',
    'give-up': 'dead',
  },
  accepted: { 'receipt-delivered': 'delivered', 'receipt-failed': 'failed' },
};

/**
 * What has ended. Where we ended it ourselves, an earlier attempt may have reached a provider after all: its word counts,
 * so that nobody sends again what a phone has got. What a provider ended stays; an operator alone sends that again.
 */
const ENDED: Partial<Record<AlertStatus, Row>> = {
  failed: { redrive: 'queued' },
  dead: { ...RECEIPTS, redrive: 'queued' },
  suppressed: RECEIPTS,
  expired: RECEIPTS,
  recovered: RECEIPTS,
  cancelled: RECEIPTS,
};

/** The status after `event`; `current` itself where the event comes too late, or says nothing new. */
export function nextStatus(current: AlertStatus, event: AlertEvent): AlertStatus {
  return (TABLE[current] ?? ENDED[current])?.[event] ?? current;
}

/** Nothing of ours happens to it any more, unless an operator wants it or a provider had it all the time. */
export function isFinal(status: AlertStatus): boolean {
  return TABLE[status] === undefined;
}
