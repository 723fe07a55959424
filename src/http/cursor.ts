/** Where the next page of a list begins, as text that clients hand back unchanged. */
import { LedgerbellError } from '../contracts/errors.js';

/** What identifies the last row of a page, in the order of the list. */
export type Position = readonly (string | number)[];

export function encodeCursor(position: Position): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** @param shape the type of each part @throws LedgerbellError `cursor-malformed` */
export function decodeCursor(cursor: string, shape: readonly ('string' | 'number')[]): Position {
  try {
    const position: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    const fits =
      Array.isArray(position) &&
      position.length === shape.length &&
      position.every((part, index) => typeof part === shape[index] && (typeof part === 'string' || part >= 0));
    if (fits) return position;
  } catch {
    // falls through to the refusal
  }
  throw new LedgerbellError('cursor-malformed', '`after` must be the `next` of the page before, unchanged', {
    path: '?after',
  });
}

/** One page, and where the next begins; a full page may be the last. */
export function page<T>(rows: readonly T[], limit: number, positionOf: (row: T) => Position) {
  const last = rows.at(-1);
  const isFull = rows.length >= limit && last !== undefined;
  return isFull ? { next: encodeCursor(positionOf(last)) } : {};
}
