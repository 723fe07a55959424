/** The page that a list's query asks for. */
import { decodeCursor, type Position } from '../cursor.js';
import type { Call } from '../route.js';

/** @param shape of the cursor @throws LedgerbellError `cursor-malformed` */
export function pageOf({ query }: Call, shape: readonly ('string' | 'number')[]): { limit: number; after?: Position } {
  const limit = Number(query.limit);
  return query.after === undefined ? { limit } : { limit, after: decodeCursor(String(query.after), shape) };
}
