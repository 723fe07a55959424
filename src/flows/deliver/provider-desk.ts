/** What may leave through each provider now: who is held, whose breaker is open, and how many places and messages of its rate are left. */
import type { Knex } from 'knex';
import type { Lane } from '../../contracts/rule.js';
import { admits, CLOSED, probing } from '../../core/delivery/breaker.js';
import { placesFor } from '../../core/delivery/lane-share.js';
import type { Availability } from '../../core/delivery/route.js';
import { available, type Rate, refilled, taken } from '../../core/delivery/token-bucket.js';
import type { Hold } from '../../store/holds.js';
import { loadProviders, type ProviderState, saveProvider } from '../../store/providers.js';
import type { House, NamedAdapter } from '../house.js';

/** The bank's own endpoint, which has places like a provider's. */
export const BANK = '!bank';
/** Stands for a provider where none is configured, so that the attempt itself says so. */
export const NO_ADAPTER = 'none';

export interface ProviderDesk {
  availability(adapter: string, lane: Lane): Availability;
  /** How many messages of this lane could leave now. */
  free(adapter: string, lane: Lane): number;
  take(adapter: string): void;
  /** Writes what was taken, for all replicas. Returns those through which nothing may leave because another replica was quicker. */
  settle(trx: Knex.Transaction): Promise<ReadonlySet<string>>;
  /** Milliseconds until a rate that is used up has a message again; undefined where none is. */
  refillsIn(): number | undefined;
}

interface Place {
  state: ProviderState;
  admits: 'all' | 'one' | 'none';
  held: boolean;
  rate?: Rate;
  concurrency: number;
  underWay: number;
  taken: number;
  ranOut: boolean;
}

/** @param underWay this process's requests, by provider */
export async function openDesk(
  house: House,
  trx: Knex.Transaction,
  options: { holds: readonly Hold[]; underWay: ReadonlyMap<string, number>; now: number },
): Promise<ProviderDesk> {
  const { database } = house.vault;
  const { underWay, now, holds } = options;
  const states = await loadProviders(database, trx);
  const places = new Map<string, Place>();
  const add = (name: string, adapter?: NamedAdapter) => {
    const held = holds.some(({ scope, value }) => scope === 'provider' && value === name);
    places.set(name, {
      ...placeOf(house, name, adapter, states.get(name), now),
      held,
      underWay: underWay.get(name) ?? 0,
    });
  };
  for (const adapter of house.adapters) add(adapter.name, adapter);
  add(BANK);
  if (house.adapters.length === 0) add(NO_ADAPTER);

  return {
    availability: (adapter, lane) => availabilityOf(places.get(adapter), lane),
    free: (adapter, lane) => freeOf(places.get(adapter), lane),
    take: (adapter) => {
      const place = places.get(adapter);
      if (place !== undefined) place.taken += 1;
    },
    settle: async (trx) => {
      const lost = new Set<string>();
      for (const [name, place] of places) {
        const state = stateAfter(place, now, house.delivery.attemptMs * 2);
        if (state !== undefined && !(await saveProvider(database, trx, state))) lost.add(name);
      }
      return lost;
    },
    refillsIn: () => {
      const waits = [...places.values()].flatMap(({ ranOut, rate }) => (ranOut && rate ? 1000 / rate.perSecond : []));
      return waits.length === 0 ? undefined : Math.min(...waits);
    },
  };
}

function placeOf(
  { delivery }: House,
  name: string,
  adapter: NamedAdapter | undefined,
  stored: ProviderState | undefined,
  now: number,
): Omit<Place, 'held' | 'underWay'> {
  const limits = adapter?.limits ?? {};
  const rate =
    limits.perSecond === undefined
      ? undefined
      : { perSecond: limits.perSecond, burst: limits.burst ?? Math.max(1, Math.ceil(limits.perSecond)) };
  const full = { tokens: (rate?.burst ?? 0) * 1000, refilledAt: now };
  const known = stored ?? { name, breaker: CLOSED, bucket: full, version: 0 };
  const state = rate === undefined ? known : { ...known, bucket: refilled(known.bucket, rate, now) };
  return {
    state,
    admits: admits(state.breaker, now),
    ...(rate === undefined ? {} : { rate }),
    concurrency: limits.concurrency ?? delivery.concurrency,
    taken: 0,
    ranOut: false,
  };
}

function freeOf(place: Place | undefined, lane: Lane): number {
  if (place === undefined || place.held || place.admits === 'none') return 0;
  const room = placesFor(lane, place.concurrency) - place.underWay - place.taken;
  const admitted = place.admits === 'one' ? 1 - place.taken : room;
  const left = place.rate === undefined ? room : available(place.state.bucket) - place.taken;
  if (left <= 0) place.ranOut = true;
  return Math.max(0, Math.min(room, admitted, left));
}

/** A provider whose probe has left lets the others take over until the probe's outcome is known. */
function availabilityOf(place: Place | undefined, lane: Lane): Availability {
  if (place === undefined || place.held || place.admits === 'none') return 'out';
  if (place.admits === 'one' && place.taken > 0) return 'out';
  return freeOf(place, lane) > 0 ? 'ready' : 'busy';
}

/** Undefined where nothing has to be told to other replicas. */
function stateAfter(place: Place, now: number, patience: number): ProviderState | undefined {
  const { state, rate, admits: admitted } = place;
  if (place.taken === 0 || (rate === undefined && admitted === 'all')) return undefined;
  return {
    ...state,
    breaker: admitted === 'one' ? probing(state.breaker, now, patience) : state.breaker,
    bucket: rate === undefined ? state.bucket : taken(state.bucket, place.taken),
  };
}
