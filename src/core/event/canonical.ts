/** One text for equal content: JSON in RFC 8785 form, and what two events must share to be the same event. */
import canonicalizeModule from 'canonicalize';
import type { LedgerEvent } from '../../contracts/event.js';

// The package is CommonJS; its types describe an ES module.
const canonicalize = canonicalizeModule as unknown as (value: unknown) => string | undefined;

/** @throws Error for what JSON cannot say (NaN, infinities, undefined) */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new Error('Only JSON values have a canonical form.');
  return text;
}

/**
 * What is compared when an id comes again: type, time, entity and data, as validated. Equal text is a duplicate; other text
 * is `id-reused`. Nulls, key order, spacing, card data and the offset that the same moment was written with do not matter;
 * neither does `learn`, which says how to treat the event and not what happened.
 */
export function eventContent(event: Pick<LedgerEvent, 'type' | 'time' | 'entity' | 'data'>): string {
  return canonicalJson({ type: event.type, time: event.time, entity: event.entity, data: event.data });
}
