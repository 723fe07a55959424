/**
 * Asked when an alert is about to leave: what may have changed since it was decided, then whether now is the time. The
 * first that answers decides; the gates of the decision itself are in `decide.ts`.
 */
import { DateTime } from 'luxon';
import type { PreferencesDocument } from '../../contracts/customer.js';
import type { AlertStatus } from '../../contracts/decision.js';
import type { Lane } from '../../contracts/rule.js';
import type { Recipient } from '../context.js';
import { isCostly } from '../phone.js';
import { REPLY_TOPIC } from '../replies/reply-topic.js';
import { isStopped } from '../replies/stops.js';
import type { CompiledRule } from '../rules/rule-set.js';
import { isUnwanted, lacksConsent, statusAllows } from './decide.js';

export interface SendInput {
  alert: {
    lane: Lane;
    topic?: string;
    fires: 'each' | 'edge';
    /** Epoch milliseconds. */
    expiresAt?: number;
    /** It was deferred, held or retried. */
    delayed: boolean;
  };
  /** The rule as it is now; absent where it was removed since. */
  rule?: Pick<CompiledRule, 'topic' | 'lane' | 'document'>;
  /** The customer as known now; absent where they were erased or never registered. */
  recipient?: Pick<Recipient, 'status' | 'preferences' | 'consents' | 'stops' | 'timeZone'>;
  /** E.164 to send to, absent where none is usable. */
  phone?: string;
  /** Whether the rule's conditions still hold for this recipient, as far as known. */
  edge?: boolean;
  /** What became of the payment it reminds of, where that is no longer as it was told. */
  payment?: PaymentChange;
  held: boolean;
  /** Epoch milliseconds. */
  now: number;
  /** Zones the customer can be in: theirs, or every zone of the number, the configured one first, so that no hour is wrong in any of them. Seldom asked. */
  zones(): readonly string[];
  /** Whether the customer has got enough about this topic. */
  throttled(): boolean;
  /** Until when nothing more may leave to where this goes, epoch milliseconds; undefined where it may. */
  ceilingUntil(): number | undefined;
}

export type PaymentChange = 'paid' | 'no-longer-due' | 'amount-changed';

/** `deferred` carries until when, epoch milliseconds. */
export interface SendVerdict {
  status: Extract<
    AlertStatus,
    'suppressed' | 'deferred' | 'expired' | 'recovered' | 'held' | 'failed' | 'dead' | 'cancelled'
  >;
  reason: string;
  until?: number;
}

type QuietHours = NonNullable<PreferencesDocument['quietHours']>;

type Gate = (input: SendInput) => SendVerdict | undefined;

export const SEND_GATES: readonly Gate[] = [
  (input) => (input.recipient === undefined ? suppressed('no-recipient') : undefined),
  ({ rule, recipient }) => (rule !== undefined && !statusAllows(rule, recipient) ? suppressed('status') : undefined),
  ({ rule, recipient }) => (rule !== undefined && isUnwanted(rule, recipient) ? suppressed('opted-out') : undefined),
  ({ rule, recipient }) => (rule !== undefined && lacksConsent(rule, recipient) ? suppressed('no-consent') : undefined),
  ({ rule, recipient }) =>
    rule !== undefined && isStopped(rule, recipient?.stops) ? suppressed('stopped') : undefined,
  ({ payment }) => (payment === undefined ? undefined : suppressed(payment)),
  // It was wanted and could not be delivered, so its edge and cooldown are given back.
  ({ phone }) => (phone === undefined ? { status: 'failed', reason: 'no-phone' } : undefined),
  ({ phone }) => (phone !== undefined && isCostly(phone) ? { status: 'failed', reason: 'costly-number' } : undefined),
  ({ alert, now }) =>
    alert.expiresAt !== undefined && now >= alert.expiresAt ? { status: 'expired', reason: 'expired' } : undefined,
  ({ alert, edge }) =>
    alert.fires === 'edge' && alert.delayed && edge === false
      ? { status: 'recovered', reason: 'recovered' }
      : undefined,
  ({ held }) => (held ? { status: 'held', reason: 'held' } : undefined),
  quietHours,
  ({ throttled }) => (throttled() ? suppressed('throttled') : undefined),
  ceiling,
];

/** The bank is no customer: only its own alerts' time and a hold are asked. */
export function bankVerdict({ held, alert, now }: Pick<SendInput, 'held' | 'alert' | 'now'>): SendVerdict | undefined {
  if (alert.expiresAt !== undefined && now >= alert.expiresAt) return { status: 'expired', reason: 'expired' };
  return held ? { status: 'held', reason: 'held' } : undefined;
}

/** Why the alert does not leave now, or undefined when it does. */
export function sendVerdict(input: SendInput): SendVerdict | undefined {
  for (const gate of SEND_GATES) {
    const verdict = gate(input);
    if (verdict !== undefined) return verdict;
  }
  return undefined;
}

/** Deferred rather than dropped: it is not the customer's doing. */
function ceiling({ ceilingUntil }: SendInput): SendVerdict | undefined {
  const until = ceilingUntil();
  return until === undefined ? undefined : { status: 'deferred', reason: 'ceiling', until };
}

function suppressed(reason: string): SendVerdict {
  return { status: 'suppressed', reason };
}

/** Quiet hours defer and never drop; codes, security and our answer to whoever is awake and writes to us pass through. */
function quietHours({ alert, recipient, now, zones }: SendInput): SendVerdict | undefined {
  const quiet = recipient?.preferences.quietHours;
  if (quiet === undefined || alert.lane === 'otp' || alert.lane === 'security') return undefined;
  if (alert.topic === REPLY_TOPIC) return undefined;
  const until = quietEverywhereUntil(quiet, now, zones());
  return until === undefined ? undefined : { status: 'deferred', reason: 'quiet-hours', until };
}

/** The longest day there is: the one on which clocks go back. */
const LONGEST_DAY = 25 * 3_600_000;

/**
 * When it is quiet in none of these zones, or undefined where that is now. Where no moment of a day suits all of them, the
 * first one decides alone: a message whose owner can be anywhere would never leave.
 */
function quietEverywhereUntil(quiet: QuietHours, now: number, zones: readonly string[]): number | undefined {
  for (let at = now; ; ) {
    const until = zones.reduce<number | undefined>(
      (latest, zone) => later(latest, quietUntil(quiet, at, zone)),
      undefined,
    );
    if (until === undefined) return at === now ? undefined : at;
    if (until - now > LONGEST_DAY) return quietUntil(quiet, now, zones[0] ?? 'UTC');
    at = until;
  }
}

function later(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || (b !== undefined && b > a) ? b : a;
}

/**
 * When the quiet hours end that `now` is in, or undefined outside them. Local wall-clock times, which may pass midnight;
 * an end that a clock change skips is the moment after the gap.
 */
export function quietUntil(quiet: QuietHours, now: number, zone: string): number | undefined {
  const local = DateTime.fromMillis(now, { zone });
  for (const day of [-1, 0]) {
    const from = at(local.plus({ days: day }), quiet.from);
    const passesMidnight = quiet.to <= quiet.from;
    const to = at(local.plus({ days: passesMidnight ? day + 1 : day }), quiet.to);
    if (from <= now && now < to) return to;
  }
  return undefined;
}

function at(day: DateTime, time: string): number {
  const [hour, minute] = time.split(':').map(Number);
  return day.startOf('day').set({ hour, minute }).toMillis();
}
