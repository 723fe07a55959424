/** How codes behave, as the bank set it. Times are milliseconds. */

/** At most `count` codes within any `periodMs`, for one value of what `per` names. */
export interface ChallengeLimit {
  per: 'customer' | 'phone' | 'address' | 'country';
  count: number;
  periodMs: number;
}

export interface ChallengePolicy {
  digits: number;
  lifetimeMs: number;
  /** Wrong codes before a challenge dies. */
  attempts: number;
  /** The pause before the first resend, the second, and so on; as many resends as there are pauses. */
  resendPausesMs: readonly number[];
  /** RTS article 4(3)(b): failures in a row, over all challenges of a customer, before a pause. */
  failuresInARow: number;
  /** The first pause; each further one without a success between doubles it, up to a day. */
  pauseMs: number;
  limits: readonly ChallengeLimit[];
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The chance of guessing a code: attempts / 10^digits a challenge; see docs/challenges.md for what that comes to. */
export const DEFAULT_CHALLENGE_POLICY: ChallengePolicy = {
  digits: 6,
  lifetimeMs: 5 * MINUTE,
  attempts: 3,
  resendPausesMs: [30 * SECOND, MINUTE, 2 * MINUTE],
  failuresInARow: 5,
  pauseMs: 15 * MINUTE,
  limits: [
    { per: 'phone', count: 5, periodMs: 15 * MINUTE },
    { per: 'phone', count: 20, periodMs: DAY },
    { per: 'customer', count: 10, periodMs: HOUR },
    { per: 'address', count: 50, periodMs: HOUR },
  ],
};

/** The pause after the `nth` time (from 1) that failures in a row reached their limit. */
export function pauseAfter({ pauseMs }: ChallengePolicy, nth: number): number {
  return Math.min(DAY, pauseMs * 2 ** (nth - 1));
}
