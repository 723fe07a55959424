/**
 * A circuit breaker for each provider, as a state and what moves it. Closed, all messages go. After some failures in a row
 * it opens, and none goes; after a while one message is let through as a probe (half-open), which closes or opens it again.
 */

export interface Breaker {
  state: 'closed' | 'open' | 'half-open';
  /** In a row. */
  failures: number;
  /** Epoch milliseconds; 0 while closed. */
  openedAt: number;
  /** Epoch milliseconds at which the next probe may leave. */
  retryAt: number;
}

export const CLOSED: Breaker = { state: 'closed', failures: 0, openedAt: 0, retryAt: 0 };

/** Failures in a row that open it. */
export const OPENS_AFTER = 5;
/** Milliseconds until the first probe; doubled after each that fails, up to the longest. */
export const FIRST_PAUSE = 15_000;
export const LONGEST_PAUSE = 300_000;

/** How a provider did: `well` it took or refused a message, `ill` it could not be reached or gave no usable answer. */
export type Performance = 'well' | 'ill';

/** How many messages may leave now. */
export function admits(breaker: Breaker, now: number): 'all' | 'one' | 'none' {
  if (breaker.state === 'closed') return 'all';
  return now >= breaker.retryAt ? 'one' : 'none';
}

/** The probe leaves. Where its outcome never comes, another may leave `patience` milliseconds later. */
export function probing(breaker: Breaker, now: number, patience: number): Breaker {
  return { ...breaker, state: 'half-open', retryAt: now + patience };
}

export function afterAttempt(breaker: Breaker, performance: Performance, now: number): Breaker {
  if (performance === 'well') return CLOSED;
  // What left before it opened says nothing new.
  if (breaker.state === 'open') return breaker;
  const failures = breaker.failures + 1;
  if (failures < OPENS_AFTER) return { ...breaker, failures };
  const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (failures - OPENS_AFTER));
  const openedAt = breaker.state === 'half-open' ? breaker.openedAt : now;
  return { state: 'open', failures, openedAt, retryAt: now + pause };
}
