/** Where the bank is told can be reached. Nothing is posted. */
import type { Found, Surroundings } from './finding.js';
import { reach, targetOf } from './reach.js';

export async function checkEndpoints({ endpoints, now }: Surroundings): Promise<Found[]> {
  return Promise.all(endpoints.map(({ name, url }) => reach(name, targetOf(url), now())));
}
