import type { Money } from '../../contracts/event.js';

export type { Money };

/** Tells a `Money` from the other things a fact may give. */
export function isMoney(value: unknown): value is Money {
  return (
    typeof value === 'object' &&
    value !== null &&
    'minor' in value &&
    typeof value.minor === 'number' &&
    'currency' in value &&
    typeof value.currency === 'string'
  );
}
