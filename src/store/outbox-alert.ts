/** An alert as the outbox keeps it: its row, and how its text is sealed. */
import type { AlertStatus } from '../contracts/decision.js';
import { LANES, type Lane } from '../contracts/rule.js';
import { accountSubject, customerSubject } from './crypto/subject-hash.js';
import type { SubjectKey } from './crypto/subject-key.js';

/** Has not left, and will not be sent twice if it is cancelled now. */
export const UNSENT: readonly AlertStatus[] = ['queued', 'held', 'deferred'];

export interface OutboxAlert {
  alertId: string;
  eventKey: Buffer;
  profileHash: Buffer;
  entity: string;
  customerId?: string;
  notify: 'customer' | 'bank';
  rule: string;
  ruleVersion: string;
  topic: string;
  lane: Lane;
  priority: number;
  locale: string;
  fires: 'each' | 'edge';
  phone: 'current' | 'previous';
  status: AlertStatus;
  reason?: string;
  queuedAt: number;
  notBefore: number;
  expiresAt?: number;
  attempts: number;
  /** Rows of its trace. */
  steps: number;
  lookups: number;
  /** How often the lane's policy sent it again although it may have been sent. */
  resends: number;
  /** The queue it waits in, within its lane and priority; see `claim-queue.ts`. */
  bucket: number;
  /** The adapter that just failed: the next one of the route is tried at once. */
  afterAdapter?: string;
  /** Epoch milliseconds at which the last request left. */
  sentAt?: number;
  /** Epoch milliseconds at which an unknown one is looked at again. */
  checkAt?: number;
  provider?: string;
  providerId?: string;
  code?: string;
  encoding?: string;
  parts?: number;
  corrects?: string[];
  discreet: boolean;
  /** It was deferred, held or retried: by now it may no longer be true. */
  delayed: boolean;
  updatedAt: number;
  sealedText: Buffer;
}

/** The columns of `alerts` as the database gives them. */
export interface AlertRow {
  alert_id: string;
  event_key: Buffer;
  profile_hash: Buffer;
  entity: string;
  customer_id: string | null;
  notify: 'customer' | 'bank';
  rule: string;
  rule_version: string;
  topic: string;
  lane: number;
  priority: number;
  locale: string;
  fires: 'each' | 'edge';
  phone_choice: 'current' | 'previous';
  status: AlertStatus;
  reason: string | null;
  queued_at: number;
  not_before: number;
  expires_at: number | null;
  attempts: number;
  steps: number;
  lookups: number;
  resends: number;
  bucket: number;
  after_adapter: string | null;
  sent_at: number | null;
  check_at: number | null;
  provider: string | null;
  provider_id: string | null;
  code: string | null;
  encoding: string | null;
  parts: number | null;
  corrects: string | null;
  text: Buffer;
  discreet: number;
  delayed: number;
  updated_at: number;
}

/** Whose key seals an alert's text: the customer's, so that erasing them erases it; the account's where the bank is told. */
export function alertSubject(entity: string, customerId: string | undefined, profile: string): string {
  if (customerId !== undefined) return customerSubject(entity, customerId);
  return profile.startsWith('account:')
    ? accountSubject(entity, profile.slice('account:'.length))
    : `${entity}/${profile}`;
}

/** Opens an alert's text with the key of its `alertSubject`. */
export function openText(alert: Pick<OutboxAlert, 'alertId' | 'sealedText'>, key: SubjectKey): string {
  return key.open(alert.sealedText, textContext(alert.alertId)).toString();
}

export function alertOf(row: AlertRow): OutboxAlert {
  const optional = {
    customerId: row.customer_id,
    reason: row.reason,
    expiresAt: row.expires_at === null ? null : Number(row.expires_at),
    afterAdapter: row.after_adapter,
    sentAt: row.sent_at === null ? null : Number(row.sent_at),
    checkAt: row.check_at === null ? null : Number(row.check_at),
    provider: row.provider,
    providerId: row.provider_id,
    code: row.code,
    encoding: row.encoding,
    parts: row.parts,
    corrects: row.corrects === null ? null : JSON.parse(row.corrects),
  };
  return {
    alertId: row.alert_id,
    eventKey: row.event_key,
    profileHash: row.profile_hash,
    entity: row.entity,
    notify: row.notify,
    rule: row.rule,
    ruleVersion: row.rule_version,
    topic: row.topic,
    lane: LANES[row.lane] ?? 'service',
    priority: row.priority,
    locale: row.locale,
    fires: row.fires,
    phone: row.phone_choice,
    status: row.status,
    queuedAt: Number(row.queued_at),
    notBefore: Number(row.not_before),
    attempts: row.attempts,
    steps: row.steps,
    lookups: row.lookups,
    resends: row.resends,
    bucket: row.bucket,
    discreet: row.discreet === 1,
    delayed: row.delayed === 1,
    updatedAt: Number(row.updated_at),
    sealedText: row.text,
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== null)),
  };
}

export function textContext(alertId: string): string {
  return `alert/${alertId}`;
}
