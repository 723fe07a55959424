/** Waits for something that happens elsewhere (a server, a child process) without guessing how long that takes. */

export interface WaitOptions {
  /** What is waited for, for the error message. */
  what?: string;
  timeoutMs?: number;
  everyMs?: number;
}

/** Resolves with the first truthy answer of `condition`. An error it throws counts as "not yet". */
export async function waitFor<T>(
  condition: () => T | Promise<T>,
  { what = 'the condition', timeoutMs = 60_000, everyMs = 10 }: WaitOptions = {},
): Promise<NonNullable<T>> {
  const deadline = performance.now() + timeoutMs;
  let cause: unknown;
  while (performance.now() < deadline) {
    try {
      const answer = await condition();
      if (answer) return answer;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    await new Promise((wake) => setTimeout(wake, everyMs));
  }
  throw new Error(`waited ${timeoutMs} ms in vain for ${what}`, { cause });
}
