/** Asks others, and notes by the way what their clock says. */
import type { AdapterTools } from '../../contracts/adapter.js';
import type { Answer, Surroundings } from './finding.js';

export type Http = AdapterTools['http'];

/** One GET; undefined where no answer came. */
export async function get(around: Surroundings, of: string, url: string): Promise<Answer | undefined> {
  const answer = await around.http({ method: 'GET', url });
  if (answer.kind !== 'response') return undefined;
  noteClock(around, of, answer.headers);
  return answer;
}

/** A `Date` header is told to the second, so half a second is added. */
export function noteClock({ offsets, now }: Surroundings, of: string, headers: Headers): void {
  const theirs = Date.parse(headers.get('date') ?? '');
  if (Number.isFinite(theirs)) offsets.push({ of, ms: now() - (theirs + 500) });
}
