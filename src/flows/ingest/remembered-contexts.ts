/** Contexts as `step` was given them before: the same for all events of an account, until the registry changes. */
import { LRUCache } from 'lru-cache';
import type { Context } from '../../core/context.js';
import type { RegistryMemory } from '../../store/registry-memory.js';
import type { EventOf } from './types.js';

export interface RememberedContexts {
  get(one: EventOf): Context | undefined;
  set(one: EventOf, context: Context): void;
}

const CAPACITY = 20_000;
const byMemory = new WeakMap<RegistryMemory, LRUCache<string, Context>>();

export function rememberedContexts(memory: RegistryMemory, settings: Context['settings']): RememberedContexts {
  const contexts =
    byMemory.get(memory) ?? new LRUCache<string, Context>({ maxSize: CAPACITY, sizeCalculation: () => 1 });
  byMemory.set(memory, contexts);
  // What this batch has found it keeps, whatever others push out meanwhile.
  const own = new Map<string, Context>();
  return {
    get(one) {
      const name = nameOf(one);
      const known = own.get(name) ?? contexts.get(name);
      if (known === undefined || known.settings !== settings) return undefined;
      own.set(name, known);
      return known;
    },
    set(one, context) {
      own.set(nameOf(one), context);
      contexts.set(nameOf(one), context);
    },
  };
}

/** Where customers' own profiles are part of a context, it is another with each of their events. */
export const NOTHING_REMEMBERED: RememberedContexts = { get: () => undefined, set: () => undefined };

function nameOf({ event: { type, accountId, customerId }, subject }: EventOf): string {
  if (accountId === undefined || customerId === undefined) return subject;
  // What the calendar brings for one holder has a context of its own.
  return type.startsWith('schedule.') ? `${subject}\n${customerId}` : subject;
}
