/** Holds `sms.routes` and `sms.residency` to the adapters there are: every message has a route, and none leaves the places allowed. */
import { isSupportedCountry } from 'libphonenumber-js';
import { placesRefused } from '../core/delivery/residency.js';
import type { Route } from '../core/delivery/route.js';
import type { Mistake } from '../registry/schema-check.js';
import type { SmsConfig } from './config.js';

/** By name, where an adapter processes messages; undefined where that is not known before it is loaded. */
export type AdapterPlaces = ReadonlyMap<string, readonly string[] | undefined>;

/** @param complete whether `places` names every adapter: before they are loaded, those without a name of their own are not known */
export function routeMistakes(
  sms: Pick<SmsConfig, 'routes' | 'residency'>,
  places: AdapterPlaces,
  complete: boolean,
): Mistake[] {
  const routes = Array.isArray(sms.routes) ? sms.routes.filter(isWhole) : [];
  // What the schema complains about is not told a second time in other words.
  if (routes.length !== (sms.routes?.length ?? 0)) return [];
  return [
    ...routes.flatMap((route, index) => adapterNames(route, index, places, complete)),
    ...routes.flatMap(countryNames),
    ...order(routes),
    ...residencyMistakes(sms.residency ?? {}, routes, places),
  ];
}

function isWhole(route: Partial<Route> | undefined): boolean {
  return Array.isArray(route?.adapters) && route.adapters.every((name) => typeof name === 'string');
}

function adapterNames({ adapters }: Route, index: number, places: AdapterPlaces, complete: boolean): Mistake[] {
  if (!complete) return [];
  return adapters.flatMap((name, position) =>
    places.has(name)
      ? []
      : [{ path: `sms.routes[${index}].adapters[${position}]`, message: 'is the name of no adapter' }],
  );
}

function countryNames({ countries }: Route, index: number): Mistake[] {
  if (!Array.isArray(countries)) return [];
  return countries.flatMap((country, position) =>
    isSupportedCountry(country)
      ? []
      : [{ path: `sms.routes[${index}].countries[${position}]`, message: 'is no country with phone numbers' }],
  );
}

function order(routes: readonly Route[]): Mistake[] {
  if (routes.length === 0) return [];
  const last = routes.length - 1;
  const open = routes.findIndex(fitsAll);
  if (open === -1)
    return [{ path: `sms.routes[${last}]`, message: 'must be without conditions, so that every message has a route' }];
  if (open === last) return [];
  return [{ path: `sms.routes[${open + 1}]`, message: 'is never reached: the route before it fits every message' }];
}

function fitsAll({ lanes, countries, topics, entities }: Route): boolean {
  return [lanes, countries, topics, entities].every((condition) => condition === undefined);
}

function residencyMistakes(
  residency: NonNullable<SmsConfig['residency']>,
  routes: readonly Route[],
  places: AdapterPlaces,
): Mistake[] {
  const mistakes = new Map<string, Mistake>();
  for (const entity of Object.keys(residency)) {
    for (const { path, adapters } of reachable(entity, routes, [...places.keys()])) {
      for (const [position, name] of adapters.entries()) {
        const refused = placesRefused(residency, entity, places.get(name) ?? []);
        if (refused.length === 0) continue;
        const at = `${path}[${position}]`;
        const message = `processes messages in ${refused.join(', ')}, which sms.residency of "${entity}" does not allow`;
        if (!mistakes.has(at)) mistakes.set(at, { path: at, message });
      }
    }
  }
  return [...mistakes.values()];
}

/** Routes that a message of this entity can take: those up to the first that takes all of its messages. */
function reachable(
  entity: string,
  routes: readonly Route[],
  all: readonly string[],
): { path: string; adapters: readonly string[] }[] {
  if (routes.length === 0) return [{ path: 'sms.adapters', adapters: all }];
  const found: { path: string; adapters: readonly string[] }[] = [];
  for (const [index, route] of routes.entries()) {
    if (route.entities !== undefined && !route.entities.includes(entity)) continue;
    found.push({ path: `sms.routes[${index}].adapters`, adapters: route.adapters });
    if (fitsAll({ ...route, entities: undefined })) break;
  }
  return found;
}
