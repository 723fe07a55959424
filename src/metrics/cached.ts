/**
 * A figure that has to be asked for: asked at most once at a time and not again for a while, so that many scrapes cost as much
 * as one. What cannot be had in time is undefined, and that too is remembered.
 */
import { within } from '../flows/deliver/within.js';

export interface CachedOptions {
  /** Milliseconds that an answer is kept. */
  forMs: number;
  /** Milliseconds that somebody waits for it. */
  patienceMs: number;
  /** Milliseconds of a clock that only goes forward. */
  elapsed(): number;
  onFailed(): void;
}

export function cached<T>(read: () => Promise<T>, options: CachedOptions): () => Promise<T | undefined> {
  const { forMs, patienceMs, elapsed, onFailed } = options;
  let known: { value: T | undefined; until: number } | undefined;
  let reading: Promise<T | undefined> | undefined;

  function ask(): Promise<T | undefined> {
    const query = read();
    const answer = within(patienceMs, query)
      .catch(() => {
        onFailed();
        return undefined;
      })
      .then((value) => {
        known = { value, until: elapsed() + forMs };
        return value;
      });
    // One that is late still runs: no other begins beside it.
    void Promise.allSettled([answer, query]).then(() => {
      reading = undefined;
    });
    return answer;
  }

  return async () => {
    if (known !== undefined && elapsed() < known.until) return known.value;
    reading ??= ask();
    return reading;
  };
}
