/**
 * When to try again: exponential backoff with full jitter (a delay drawn evenly from zero to a ceiling that doubles),
 * one schedule a lane. What the provider asked by `Retry-After` comes first; nothing is tried at or after its expiry.
 */
import type { Lane } from '../../contracts/rule.js';

export interface Schedule {
  /** Milliseconds: the ceiling of the delay after the first attempt. */
  base: number;
  /** Milliseconds: where the ceiling stops doubling. */
  cap: number;
  /** Attempts in all, the first included. */
  attempts: number;
}

/** A code is worthless in minutes; a marketing text may wait out a night's outage. */
export const SCHEDULES: Readonly<Record<Lane, Schedule>> = {
  otp: { base: 1_000, cap: 8_000, attempts: 6 },
  security: { base: 2_000, cap: 300_000, attempts: 16 },
  service: { base: 15_000, cap: 1_800_000, attempts: 14 },
  marketing: { base: 60_000, cap: 3_600_000, attempts: 12 },
};

/** A provider that asks for more than a day is not believed: the message would be forgotten. */
const LONGEST_RETRY_AFTER = 86_400_000;

export interface Attempted {
  /** How many attempts were made, 1 after the first. */
  attempt: number;
  lane: Lane;
  /** Epoch milliseconds. */
  now: number;
  /** As the provider asked, in milliseconds. */
  retryAfterMs?: number;
  /** Epoch milliseconds; absent means never. */
  expiresAt?: number;
  /** In [0, 1), drawn by the caller. */
  random: number;
}

/** Epoch milliseconds of the next attempt; undefined means give up. A short remaining life shortens the delay rather than wasting it. */
export function retryAt(attempted: Attempted): number | undefined {
  const { base, cap, attempts } = SCHEDULES[attempted.lane];
  if (attempted.attempt >= attempts) return undefined;
  const earliest = attempted.now + asked(attempted.retryAfterMs);
  const left = (attempted.expiresAt ?? Number.POSITIVE_INFINITY) - earliest;
  if (left <= 0) return undefined;
  const ceiling = Math.min(cap, base * 2 ** (attempted.attempt - 1), left);
  return earliest + Math.floor(attempted.random * ceiling);
}

function asked(retryAfterMs: number | undefined): number {
  if (retryAfterMs === undefined || !(retryAfterMs > 0)) return 0;
  return Math.min(Math.ceil(retryAfterMs), LONGEST_RETRY_AFTER);
}
