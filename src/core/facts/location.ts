/** `location`: where this happened against the home, the last place and the countries seen before. */
import type { Place } from '../../contracts/customer.js';
import { cardOf, homeOf, placeOf } from '../profile/places.js';
import type { Accessor, FactDefinition, Frame } from '../rules/frame.js';
import { plain } from './data.js';

const EARTH_RADIUS_KM = 6371;
const HOUR = 3_600_000;

export const location: FactDefinition = {
  name: 'location',
  description: 'Where this happened: kilometres from home and from the last place, the speed between, and the country',
  paths: {
    country: 'text',
    newCountry: 'boolean',
    distanceFromHome: 'number',
    distanceFromLast: 'number',
    speed: 'number',
  },
  accessor: ({ path }) => {
    switch (path[0]) {
      case 'newCountry':
        return plain(isNewCountry);
      case 'distanceFromHome':
        return { kind: 'plain', perRecipient: true, read: distanceFromHome } satisfies Accessor;
      case 'distanceFromLast':
        return plain(distanceFromLast);
      case 'speed':
        return plain(speed);
      default:
        return plain((frame) => placeOf(frame.event)?.country);
    }
  },
};

/** The first country of a profile is learned, not alarmed: then the answer is unknown. */
function isNewCountry({ event, profile }: Frame): boolean | undefined {
  const country = placeOf(event)?.country;
  if (country === undefined || profile.countries.length === 0) return undefined;
  return !profile.countries.includes(country);
}

function distanceFromHome(frame: Frame): number | undefined {
  const home = frame.recipient?.home ?? frame.context.account?.home ?? homeOf(frame.event);
  return distance(home, placeOf(frame.event));
}

function distanceFromLast({ event, profile }: Frame): number | undefined {
  const last = profile.places[cardOf(event)];
  // A late event is not compared with a place that came after it.
  return last === undefined || last.at > event.time ? undefined : distance(last, placeOf(event));
}

/** Kilometres an hour since the last place; no time between is infinitely fast, unless nothing moved. */
function speed(frame: Frame): number | undefined {
  const kilometres = distanceFromLast(frame);
  const last = frame.profile.places[cardOf(frame.event)];
  if (kilometres === undefined || last === undefined) return undefined;
  if (kilometres === 0) return 0;
  return kilometres / ((frame.event.time - last.at) / HOUR);
}

type Point = Pick<Place, 'latitude' | 'longitude'>;

/** Great-circle distance in kilometres, by the haversine formula on a sphere of radius 6,371 km. */
function distance(from: Point | undefined, to: Partial<Point> | undefined): number | undefined {
  if (from === undefined || to?.latitude === undefined || to.longitude === undefined) return undefined;
  const radians = Math.PI / 180;
  const latitudes = Math.sin(((to.latitude - from.latitude) * radians) / 2) ** 2;
  const longitudes = Math.sin(((to.longitude - from.longitude) * radians) / 2) ** 2;
  const chord = latitudes + Math.cos(from.latitude * radians) * Math.cos(to.latitude * radians) * longitudes;
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(chord)));
}
