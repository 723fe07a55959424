/** When a webhook to the bank is tried again: ten attempts, each wait four times the last one up to eight hours, over about a day. */

export const WEBHOOK_ATTEMPTS = 10;
const FIRST_WAIT = 5_000;
const LONGEST_WAIT = 8 * 3_600_000;
/** A server that asks for more is not believed: the webhook would be forgotten. */
const LONGEST_ASKED = 86_400_000;

export interface WebhookAttempted {
  /** How many attempts were made, 1 after the first. */
  attempt: number;
  /** Epoch milliseconds. */
  now: number;
  /** As the server asked by `Retry-After`, milliseconds. */
  retryAfterMs?: number;
  /** In [0, 1), drawn by the caller: waits differ by up to a fifth, so that a server that came back is not met by all at once. */
  random: number;
}

/** Epoch milliseconds of the next attempt; undefined means that none is left. */
export function webhookRetryAt({ attempt, now, retryAfterMs = 0, random }: WebhookAttempted): number | undefined {
  if (attempt >= WEBHOOK_ATTEMPTS) return undefined;
  const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 4 ** (attempt - 1)) * (0.9 + 0.2 * random);
  return now + Math.round(Math.max(wait, Math.min(retryAfterMs, LONGEST_ASKED)));
}
