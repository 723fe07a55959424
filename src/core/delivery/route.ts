/**
 * Through which adapters a message may leave: the first route that fits it, and in that route the first adapter that is
 * well. What processes messages where an entity's policy does not allow it is never chosen.
 */
import { sha256 } from '@noble/hashes/sha2';
import { utf8ToBytes } from '@noble/hashes/utils';
import type { Lane } from '../../contracts/rule.js';

/** What is absent fits every message. */
export interface Route {
  lanes?: readonly Lane[];
  /** ISO 3166, of the number. */
  countries?: readonly string[];
  topics?: readonly string[];
  entities?: readonly string[];
  /** Who the message comes from; the lane's sender where absent. */
  sender?: string;
  /** The first is asked first; the others take over from it. */
  adapters: readonly string[];
}

export interface Routable {
  lane: Lane;
  topic: string;
  entity: string;
  /** Absent for numbers of no country. */
  country?: string;
}

export function routeFor(routes: readonly Route[], message: Routable): Route | undefined {
  return routes.find(
    ({ lanes, countries, topics, entities }) =>
      fits(lanes, message.lane) &&
      fits(countries, message.country) &&
      fits(topics, message.topic) &&
      fits(entities, message.entity),
  );
}

function fits<Value>(wanted: readonly Value[] | undefined, value: Value | undefined): boolean {
  return wanted === undefined || (value !== undefined && wanted.includes(value));
}

/**
 * How an adapter stands for the next message: `ready`; `busy`, when it is worth waiting for; or `out`, when another one
 * takes over: an operator holds it, its breaker is open, or it may not be used.
 */
export type Availability = 'ready' | 'busy' | 'out';

export interface Choice {
  adapter: string;
  availability: 'ready' | 'busy';
}

/** @param after the adapter that just failed: those behind it come first. Undefined where every adapter is out. */
export function chooseAdapter(
  adapters: readonly string[],
  availability: (adapter: string) => Availability,
  after?: string,
): Choice | undefined {
  const start = after === undefined ? 0 : adapters.indexOf(after) + 1;
  for (const adapter of [...adapters.slice(start), ...adapters.slice(0, start)]) {
    const found = availability(adapter);
    if (found !== 'out') return { adapter, availability: found };
  }
  return undefined;
}

/** The next one behind `current` that is not out; undefined where the route ends. */
export function takesOver(
  adapters: readonly string[],
  current: string,
  availability: (adapter: string) => Availability,
): string | undefined {
  const position = adapters.indexOf(current);
  return position < 0 ? undefined : adapters.slice(position + 1).find((adapter) => availability(adapter) !== 'out');
}

/** A number from 1 to 65,534 for the adapters of a route: messages for the same ones wait together. */
export function bucketOf(adapters: readonly string[]): number {
  const [high = 0, low = 0] = sha256(utf8ToBytes(adapters.map((name) => `${name.length}:${name}`).join('')));
  return 1 + ((high * 256 + low) % 65_534);
}
