/** One text for equal content: JSON in RFC 8785 form, and what two events must share to be the same event. */
import type { LedgerEvent } from '../../contracts/event.js';

/**
 * Members in the order of their keys' UTF-16 units, those that are undefined left out; numbers and strings as ECMAScript writes
 * them.
 * @throws Error for what JSON cannot say (NaN, infinities, undefined)
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? listText(value) : objectText(value);
  if (value === null || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))) {
    return String(value);
  }
  throw new Error('Only JSON values have a canonical form.');
}

function listText(list: readonly unknown[]): string {
  let text = '[';
  for (let at = 0; at < list.length; at++) text += (at === 0 ? '' : ',') + canonicalJson(list[at] ?? null);
  return `${text}]`;
}

function objectText(object: object): string {
  const { sorted, heads } = orderOf(Object.keys(object));
  let text = '';
  for (let at = 0; at < sorted.length; at++) {
    const value = (object as Record<string, unknown>)[sorted[at] as string];
    if (value === undefined) continue;
    text += (text === '' ? '{' : ',') + (heads[at] as string) + canonicalJson(value);
  }
  return text === '' ? '{}' : `${text}}`;
}

/** Keys of an object as they came, in order, and as they begin a member (`"amount":`). */
interface KeyOrder {
  keys: readonly string[];
  sorted: readonly string[];
  heads: readonly string[];
}

/**
 * A sender's events have the same keys in the same order again and again: sorting them anew would take longer than all the
 * rest. By number of keys; what was seen last in each place. Only ever a matter of time: the order itself is worked out.
 */
const ORDERS_EACH = 4;
const MOST_KEYS = 32;
const orders: KeyOrder[][] = Array.from({ length: MOST_KEYS + 1 }, () => []);

function orderOf(keys: readonly string[]): KeyOrder {
  const known = orders[keys.length];
  if (known === undefined) return sortedOrder(keys);
  for (const order of known) if (isSame(order.keys, keys)) return order;
  const made = sortedOrder(keys);
  if (known.length >= ORDERS_EACH) known.shift();
  known.push(made);
  return made;
}

function isSame(some: readonly string[], others: readonly string[]): boolean {
  for (let at = 0; at < some.length; at++) if (some[at] !== others[at]) return false;
  return true;
}

function sortedOrder(keys: readonly string[]): KeyOrder {
  const sorted = [...keys].sort();
  return { keys, sorted, heads: sorted.map((key) => `${quoted(key)}:`) };
}

/** Nothing in it that JSON escapes, and no half of a surrogate pair. */
const PLAIN = /^[ !#-[\]-\ud7ff]*$/;

function quoted(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}

/**
 * What is compared when an id comes again: type, time, entity and data, as validated. Equal text is a duplicate; other text
 * is `id-reused`. Nulls, key order, spacing, card data and the offset that the same moment was written with do not matter;
 * neither does `learn`, which says how to treat the event and not what happened.
 */
export function eventContent(event: Pick<LedgerEvent, 'type' | 'time' | 'entity' | 'data'>): string {
  return canonicalJson({ type: event.type, time: event.time, entity: event.entity, data: event.data });
}
