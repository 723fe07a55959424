import type { Lane } from './rule.js';

/**
 * Why an alert was not made although the rule's conditions held. Closed list, in the order the gates ask.
 * `docs/reasons.md` explains each to the analyst.
 */
export const SUPPRESSION_REASONS = [
  'learning', // the event was sent to be learned from
  'warming-up', // a measure the rule needs is not complete yet
  'rule-error', // the rule could not be evaluated; `detail` says why
  'late', // an edge rule, and the event is older than what the profile has seen
  'reversed', // the transaction was already taken back
  'paid', // nothing of the payment is open any more
  'no-longer-due', // the payment was withdrawn, or is due on another day
  'no-recipient', // nobody holds the account
  'already-told', // this transaction already made an alert of this rule for this recipient
  'role', // the topic does not reach this holder's role
  'status', // the topic does not reach customers of this status
  'opted-out', // the customer does not want the topic
  'no-consent', // an opt-in topic without a consent on record
  'stopped', // a STOP came from the customer's number
  'no-phone', // no usable phone is on record
  'missed', // the service was away while the schedule's message was of use
  'stale', // older than the rule's `expires`
  'not-rearmed', // an edge rule that fired and has not recovered
  'cooldown', // within the rule's cooldown
  'no-text', // no message text could be rendered; `detail` says why
] as const;
export type SuppressionReason = (typeof SUPPRESSION_REASONS)[number];

/** The life of an alert in the outbox. */
export const ALERT_STATUSES = [
  'queued',
  'held',
  'suppressed',
  'deferred',
  'sending',
  'accepted',
  'delivered',
  'failed',
  'unknown',
  'expired',
  'recovered',
  'cancelled',
  'dead',
] as const;
export type AlertStatus = (typeof ALERT_STATUSES)[number];

/** One rule, one event, one recipient. */
export interface Decision {
  /** Derived from event, rule and recipient (and copy): the same event can never make a second one. */
  alertId: string;
  rule: string;
  ruleVersion: string;
  /** customerId, or `bank`; absent where there was nobody to tell. */
  recipient?: string;
  outcome: 'alert' | 'suppressed';
  reason?: SuppressionReason;
  detail?: string;
  /** Present when `outcome` is `alert`. */
  alert?: AlertDraft;
}

/** What goes into the outbox. */
export interface AlertDraft {
  notify: 'customer' | 'bank';
  topic: string;
  lane: Lane;
  priority: number;
  locale: string;
  text: string;
  /** The text with its one-time code masked, where it holds one: all that is kept once it has left. */
  evidence?: string;
  discreet: boolean;
  /** Epoch milliseconds; absent means never. */
  expiresAt?: number;
  fires: 'each' | 'edge';
  /** `previous`: also told on the number that was replaced a short while ago. */
  phone: 'current' | 'previous';
  transactionId?: string;
  /** Alerts this one corrects: each is cancelled where it has not left, and if all were, this one is not sent either. */
  corrects?: string[];
}

/** How many rules looked at an event: the proof that it was complete. `active = failed + held + the rest, which were false`. */
export interface DecisionCounts {
  active: number;
  evaluated: number;
  held: number;
  failed: number;
}
