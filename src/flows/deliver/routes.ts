/** The routes of this house, and the queues that they give alerts. */
import type { Lane } from '../../contracts/rule.js';
import { placesRefused } from '../../core/delivery/residency.js';
import { bucketOf, chooseAdapter, type Routable, type Route, routeFor } from '../../core/delivery/route.js';
import { BANK_BUCKET, type Queue, UNSORTED_BUCKET } from '../../store/claim-queue.js';
import type { House } from '../house.js';
import { BANK, NO_ADAPTER, type ProviderDesk } from './provider-desk.js';

/** A route as one message takes it: without adapters that its entity's policy refuses. */
export interface OwnRoute {
  adapters: readonly string[];
  sender?: string;
  bucket: number;
}

export interface Routes {
  /** Whether the number's country has to be known. */
  readonly askCountry: boolean;
  routeOf(message: Routable): OwnRoute;
  /** How many alerts of this queue could leave now, and through which adapter; Infinity where that is not known before they are looked at. */
  room(queue: Pick<Queue, 'lane' | 'bucket'>, desk: ProviderDesk): { adapter: string; free: number };
}

export function routesOf({ adapters, delivery }: House): Routes {
  const names = adapters.length === 0 ? [NO_ADAPTER] : adapters.map(({ name }) => name);
  const everyAdapter: Route = { adapters: names };
  const routes: readonly Route[] = delivery.routes ?? [everyAdapter];
  const residency = delivery.residency ?? {};
  const places = new Map(adapters.map(({ name, processesIn }) => [name, processesIn]));
  const entities = Object.keys(residency);
  const isSorted = routes.length > 1 || entities.length > 0;
  const known = new Map<number, readonly string[]>();
  for (const route of routes)
    for (const entity of [undefined, ...entities]) {
      const own = allowed(route.adapters, entity);
      known.set(bucketOf(own), own);
    }

  function allowed(list: readonly string[], entity: string | undefined): readonly string[] {
    if (entity === undefined || entities.length === 0) return list;
    return list.filter((name) => placesRefused(residency, entity, places.get(name) ?? []).length === 0);
  }

  const freeOf = (list: readonly string[], lane: Lane, desk: ProviderDesk) => {
    const choice = chooseAdapter(list, (adapter) => desk.availability(adapter, lane));
    return choice === undefined
      ? { adapter: NO_ADAPTER, free: 0 }
      : { adapter: choice.adapter, free: desk.free(choice.adapter, lane) };
  };

  return {
    askCountry: routes.some(({ countries }) => countries !== undefined),
    routeOf: (message) => {
      const route = routeFor(routes, message) ?? everyAdapter;
      const own = allowed(route.adapters, message.entity);
      return {
        adapters: own,
        bucket: isSorted ? bucketOf(own) : UNSORTED_BUCKET,
        ...(route.sender === undefined ? {} : { sender: route.sender }),
      };
    },
    room: ({ lane, bucket }, desk) => {
      if (bucket === BANK_BUCKET) return { adapter: BANK, free: desk.free(BANK, lane) };
      // A queue of routes that are configured no longer is sorted again.
      const list = isSorted ? known.get(bucket) : (routes[0] ?? everyAdapter).adapters;
      if (list !== undefined) return freeOf(list, lane, desk);
      const reachable = routes.filter(({ lanes }) => lanes === undefined || lanes.includes(lane));
      const some = reachable.some((route) => freeOf(route.adapters, lane, desk).free > 0);
      return { adapter: NO_ADAPTER, free: some ? Number.POSITIVE_INFINITY : 0 };
    },
  };
}
