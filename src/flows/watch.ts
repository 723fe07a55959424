/**
 * What flows tell whoever counts, once it has happened: after the commit, never within it. No call throws, waits or keeps
 * anything up. Codes are words of ours or of a provider; nothing here names a customer.
 */
import type { ReceiptState } from '../contracts/adapter.js';
import type { AlertStatus } from '../contracts/decision.js';
import type { Lane } from '../contracts/rule.js';
import type { CommitSummary } from './ingest/settings.js';

export interface Watch {
  /** An event was committed with somebody else's transaction. */
  committedWithin(summary: CommitSummary): void;
  /** Events that were refused one by one, before any of them was decided. */
  eventsRefused(codes: readonly string[]): void;
  /** A mapping made nothing of what a platform sent: how often, by the mapping's own words. */
  sourceIgnored(source: string, reasons: ReadonlyMap<string, number>): void;
  /** A whole request for events was refused: nothing in it was looked at, or it could not be taken now. */
  requestRefused(code: string): void;
  receiptsTaken(adapter: string, receipts: readonly TakenReceipt[]): void;
  lookedInto(doubts: readonly LookedInto[]): void;
  webhookPosted(post: WebhookPost): void;
  /** `changed` is undefined where the tick failed. */
  ticked(tick: string, changed: number | undefined): void;
}

/** An alert that news has moved on. */
export interface MovedAlert {
  alertId: string;
  lane: Lane;
  notify: 'customer' | 'bank';
  from: AlertStatus;
  to: AlertStatus;
  /** Epoch milliseconds. */
  at: number;
}

export interface TakenReceipt {
  state: ReceiptState;
  code?: string;
  /** `unmatched`: kept, and of no message of ours. */
  result: 'recorded' | 'duplicate' | 'unmatched';
  alert?: MovedAlert;
}

/** A message that may or may not have been sent, after somebody looked into it. */
export interface LookedInto {
  provider: string;
  /** What was found or decided, in order: `lookup-found`, `lookup-absent`, `lookup-unclear`, `deadline-resend`, ... */
  outcomes: readonly string[];
  reason?: string;
  alert: MovedAlert;
}

export interface WebhookPost {
  endpoint: string;
  outcome: 'delivered' | 'pending' | 'dead';
}
