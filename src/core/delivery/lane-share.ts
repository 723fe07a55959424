/** The places at a provider that a lane may fill, so that an hour of marketing never stands in the way of a code. */
import type { Lane } from '../../contracts/rule.js';

/** Of all places; what is left is kept free for the lanes above. */
export const LANE_SHARES: Readonly<Record<Lane, number>> = { otp: 1, security: 0.9, service: 0.75, marketing: 0.5 };

/** How many messages of all lanes may be under way when one of this lane joins them; at least one. */
export function placesFor(lane: Lane, concurrency: number): number {
  return Math.max(1, Math.floor(concurrency * LANE_SHARES[lane]));
}
