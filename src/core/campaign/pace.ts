/**
 * How fast a campaign goes: a bucket that fills at its rate and holds what may leave in a second, so that what was late does not
 * leave all at once. The courier looks twice a second where nothing wakes it: a smaller bucket would run over in between.
 */
import type { CampaignDocument } from '../../contracts/campaign.js';
import type { Rate } from '../delivery/token-bucket.js';

/** Undefined where it goes as fast as there are places. */
export function paceOf(throttle: CampaignDocument['throttle']): Rate | undefined {
  if (throttle === undefined) return undefined;
  const perSecond = throttle.messages / (throttle.per === 'minute' ? 60 : 1);
  return { perSecond, burst: Math.max(1, Math.ceil(perSecond)) };
}

/** Microseconds, so that slots of a fast campaign do not fall together. */
export interface Slots {
  next: number;
}

/** Epoch milliseconds of the next free slot, which is taken. */
export function takeSlot(slots: Slots, { perSecond }: Rate, now: number): number {
  const slot = Math.max(slots.next, now * 1000);
  slots.next = slot + Math.round(1_000_000 / perSecond);
  return Math.ceil(slot / 1000);
}
