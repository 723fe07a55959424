/** Contexts as `step` was given them before: the same for all events of an account, until the registry changes. */
import { LRUCache } from 'lru-cache';
import type { LedgerEvent } from '../../contracts/event.js';
import type { Context } from '../../core/context.js';
import { accountSubject, customerSubject } from '../../store/crypto/subject-hash.js';
import type { RegistryMemory } from '../../store/registry-memory.js';

export interface RememberedContexts {
  get(event: LedgerEvent): Context | undefined;
  set(event: LedgerEvent, context: Context): void;
}

const CAPACITY = 20_000;
const byMemory = new WeakMap<RegistryMemory, LRUCache<string, Context>>();

export function rememberedContexts(memory: RegistryMemory, settings: Context['settings']): RememberedContexts {
  const contexts = byMemory.get(memory) ?? new LRUCache<string, Context>({ max: CAPACITY });
  byMemory.set(memory, contexts);
  // What this batch has found it keeps, whatever others push out meanwhile.
  const own = new Map<string, Context>();
  return {
    get(event) {
      const name = nameOf(event);
      const known = own.get(name) ?? contexts.get(name);
      if (known === undefined || known.settings !== settings) return undefined;
      own.set(name, known);
      return known;
    },
    set(event, context) {
      own.set(nameOf(event), context);
      contexts.set(nameOf(event), context);
    },
  };
}

/** Where customers' own profiles are part of a context, it is another with each of their events. */
export const NOTHING_REMEMBERED: RememberedContexts = { get: () => undefined, set: () => undefined };

function nameOf({ type, entity, accountId, customerId }: LedgerEvent): string {
  if (accountId === undefined) return customerSubject(entity, customerId ?? '');
  const name = accountSubject(entity, accountId);
  // What the calendar brings for one holder has a context of its own.
  return type.startsWith('schedule.') && customerId !== undefined ? `${name}\n${customerId}` : name;
}
