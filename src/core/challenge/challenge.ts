/**
 * The life of one code. It dies when it is used, replaced, out of attempts, expired, or checked against something else
 * than what it was made for; nothing brings it back. Whoever asks from outside learns only whether it passed.
 */
import type { ChallengePolicy } from './policy.js';

export type ChallengeStatus =
  | 'live'
  | 'used'
  /** A newer code for the same purpose, or a resend, took its place. */
  | 'replaced'
  | 'exhausted'
  | 'expired'
  /** Checked with another amount, payee or agreement. */
  | 'voided';

export interface ChallengeState {
  status: ChallengeStatus;
  /** Wrong codes so far. */
  attempts: number;
  /** Resends so far. */
  resends: number;
  /** Epoch milliseconds. */
  sentAt: number;
  expiresAt: number;
}

/** What a check saw. */
export interface Presented {
  codeMatches: boolean;
  bindingMatches: boolean;
}

export interface Judgement {
  approved: boolean;
  /** Counts towards the customer's failures in a row. */
  failed: boolean;
  next: ChallengeState;
}

export function judge(state: ChallengeState, presented: Presented, policy: ChallengePolicy, now: number): Judgement {
  if (state.status !== 'live') return { approved: false, failed: false, next: state };
  if (now >= state.expiresAt) return { approved: false, failed: false, next: { ...state, status: 'expired' } };
  if (!presented.bindingMatches) return { approved: false, failed: true, next: { ...state, status: 'voided' } };
  if (presented.codeMatches) return { approved: true, failed: false, next: { ...state, status: 'used' } };
  const attempts = state.attempts + 1;
  const status = attempts >= policy.attempts ? 'exhausted' : 'live';
  return { approved: false, failed: true, next: { ...state, attempts, status } };
}

/** When another code may be sent for this challenge; undefined when none may. */
export function resendAt({ status, resends, sentAt }: ChallengeState, policy: ChallengePolicy): number | undefined {
  const pause = policy.resendPausesMs[resends];
  return status === 'live' && pause !== undefined ? sentAt + pause : undefined;
}

/** Failures in a row of one customer, over all challenges. */
export interface FailureRecord {
  inARow: number;
  /** How often the limit was reached without a success between. */
  pauses: number;
  /** Epoch milliseconds; no code of the customer passes, and none is sent, before it. */
  pausedUntil?: number;
}

export const NO_FAILURES: FailureRecord = { inARow: 0, pauses: 0 };

export function isPaused({ pausedUntil }: FailureRecord, now: number): boolean {
  return pausedUntil !== undefined && now < pausedUntil;
}

/** The record after a check; `pauseAfter` gives the pause of the nth time. */
export function afterCheck(
  record: FailureRecord,
  { approved, failed }: Pick<Judgement, 'approved' | 'failed'>,
  limit: number,
  pauseAfter: (nth: number) => number,
  now: number,
): FailureRecord {
  if (approved) return NO_FAILURES;
  if (!failed) return record;
  const inARow = record.inARow + 1;
  if (inARow < limit) return { ...record, inARow };
  const pauses = record.pauses + 1;
  return { inARow: 0, pauses, pausedUntil: now + pauseAfter(pauses) };
}
