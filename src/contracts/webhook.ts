/** What the bank is told by signed webhook. `alert.raised`: by a rule with `notify: bank`. */
export const WEBHOOK_TYPES = [
  'alert.raised',
  'alert.reply',
  'alert.undelivered',
  'customer.stopped',
  'customer.started',
] as const;
export type WebhookType = (typeof WEBHOOK_TYPES)[number];

/** The body of every webhook; unknown members and types are to be ignored. */
export interface WebhookDocument<Data = Record<string, unknown>> {
  type: WebhookType;
  /** RFC 3339: when it happened. */
  timestamp: string;
  data: Data;
}

/** `alert.reply`. It never changes anything here: what follows from it is the bank's to decide. */
export interface AlertReplyData {
  alertId: string;
  rule: string;
  topic: string;
  entity: string;
  customerId: string;
  answer: 'yes' | 'no';
  /** `first`, or `contradicts`: a NO after a YES. */
  standing: 'first' | 'contradicts';
  /** `previous`: it came from the number that was replaced a short while ago. */
  phone: 'current' | 'previous';
  /** The event that made the alert. */
  event?: { source: string; id: string; type: string; time: string };
}

/** `alert.undelivered`: it ended without reaching a phone. */
export interface AlertUndeliveredData {
  alertId: string;
  rule: string;
  topic: string;
  entity: string;
  customerId: string;
  status: string;
  reason?: string;
  /** The provider's own. */
  code?: string;
}

/** `customer.stopped` and `customer.started`, one for each customer with the number. */
export interface CustomerStoppedData {
  entity: string;
  customerId: string;
  /** What it covers; absent where a START took all of it back. */
  covers?: 'marketing' | 'opt-out';
}
