/** How many messages a provider may be given: a bucket that holds `burst` of them and fills at `perSecond`. */

export interface Rate {
  perSecond: number;
  burst: number;
}

export interface TokenBucket {
  /** Thousandths of a message, at `refilledAt`. */
  tokens: number;
  /** Epoch milliseconds. */
  refilledAt: number;
}

export function refilled(bucket: TokenBucket, { perSecond, burst }: Rate, now: number): TokenBucket {
  // Clocks of replicas differ a little: time that seems to go backwards gives nothing.
  const elapsed = Math.max(0, now - bucket.refilledAt);
  const tokens = Math.min(burst * 1000, bucket.tokens + Math.floor(elapsed * perSecond));
  return { tokens, refilledAt: Math.max(now, bucket.refilledAt) };
}

/** Whole messages that may leave now. */
export function available(bucket: TokenBucket): number {
  return Math.floor(bucket.tokens / 1000);
}

export function taken(bucket: TokenBucket, messages: number): TokenBucket {
  return { ...bucket, tokens: bucket.tokens - messages * 1000 };
}
