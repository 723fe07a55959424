/**
 * Whether nobody has pressed the link: programs that show what a link leads to, search engines, security filters that say who
 * they are, and browsers that fetch ahead. Those that pass for a person's browser cannot be told apart.
 */
import type { Request } from 'express';
import { isbot } from 'isbot';

/** `Sec-Purpose` is what browsers send today; the others are older words for it. */
const AHEAD = ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'] as const;

export function isPreview({ method, headers }: Pick<Request, 'method' | 'headers'>): boolean {
  if (method !== 'GET') return true;
  if (AHEAD.some((name) => /prefetch|prerender|preview/i.test(String(headers[name] ?? '')))) return true;
  const agent = headers['user-agent'];
  return agent === undefined || agent === '' || isbot(agent);
}
