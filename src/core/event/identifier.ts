/** What may be an identifier: 1 to 255 characters of any script; no control characters, no half of a surrogate pair. */

export const IDENTIFIER_MAX = 255;

const CONTROL_OR_BROKEN = /[\p{Cc}\p{Cs}]/u;

export type IdentifierFault = 'missing' | 'too-long' | 'malformed';

/** Length is counted in code points, so that an emoji is one character. */
export function identifierFault(value: unknown): IdentifierFault | undefined {
  if (value === undefined || value === null || value === '') return 'missing';
  if (typeof value !== 'string') return 'malformed';
  if (value.length > 2 * IDENTIFIER_MAX) return 'too-long';
  if (value.length > IDENTIFIER_MAX && [...value].length > IDENTIFIER_MAX) return 'too-long';
  return CONTROL_OR_BROKEN.test(value) ? 'malformed' : undefined;
}
