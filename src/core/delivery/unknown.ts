/**
 * What is done about a message that may or may not have been sent: its provider is asked, where it can be, until a receipt
 * comes or the lane's deadline passes; then the lane's policy decides.
 */
import type { Lane } from '../../contracts/rule.js';

export type UnknownPolicy = 'give-up' | 'resend';

/** Milliseconds after the request left in which a receipt or an answer to a look-up is waited for. */
export const DEADLINES: Readonly<Record<Lane, number>> = {
  otp: 120_000,
  security: 900_000,
  service: 14_400_000,
  marketing: 86_400_000,
};

/** Milliseconds until the first look-up; each later one waits twice as long, up to the longest. */
export const FIRST_LOOKUP = 5_000;
export const LONGEST_LOOKUP = 600_000;

/** How often a message is sent again at most although it may have been sent. */
export const MOST_RESENDS = 1;

export interface Doubt {
  lane: Lane;
  /** Epoch milliseconds at which the request left. */
  sentAt: number;
  /** Look-ups made. */
  lookups: number;
  canLookUp: boolean;
  now: number;
}

export function deadlineOf({ lane, sentAt }: Pick<Doubt, 'lane' | 'sentAt'>): number {
  return sentAt + DEADLINES[lane];
}

/** Epoch milliseconds at which it is looked at again; the deadline at the latest. */
export function nextLook(doubt: Doubt): number {
  const deadline = deadlineOf(doubt);
  if (!doubt.canLookUp) return deadline;
  return Math.min(deadline, doubt.now + Math.min(LONGEST_LOOKUP, FIRST_LOOKUP * 2 ** doubt.lookups));
}

/** What happens at the deadline. Never sent again after its expiry, nor more than once on doubt. */
export function atDeadline(
  policy: UnknownPolicy,
  { resends, expiresAt, now }: { resends: number; expiresAt?: number; now: number },
): UnknownPolicy {
  const inTime = expiresAt === undefined || now < expiresAt;
  return policy === 'resend' && inTime && resends < MOST_RESENDS ? 'resend' : 'give-up';
}
