/** When a campaign may reach a customer: its own weekdays and hours, and the house's quiet hours, by the customer's clock. */
import type { CampaignSchedule } from '../../contracts/campaign.js';
import { quietUntil } from '../gates/send.js';
import { addDays, instantOf, localDay, startOf, weekdayOf } from '../schedule/local-time.js';

export interface SendingWindow extends Pick<CampaignSchedule, 'weekdays' | 'hours'> {
  /** Local times, `HH:MM`; may pass midnight. */
  quiet?: { from: string; to: string };
}

/** Rounds of moving on to when the next zone or the quiet hours let it; more, and no moment suits all of them. */
const MOST_ROUNDS = 40;
const WEEK = 8 * 86_400_000;

/**
 * The first moment from `now` on at which it may reach a customer who can be in any of these zones. Where no moment suits all
 * of them, the first one decides alone, as it does for quiet hours. Undefined where even that never comes.
 */
export function opensAt(window: SendingWindow, now: number, zones: readonly string[]): number | undefined {
  return opensIn(window, now, zones) ?? opensIn(window, now, zones.slice(0, 1));
}

function opensIn(window: SendingWindow, now: number, zones: readonly string[]): number | undefined {
  let at = now;
  for (let round = 0; round < MOST_ROUNDS && at - now < WEEK; round++) {
    const next = zones.reduce((latest, zone) => Math.max(latest, closedUntil(window, at, zone)), at);
    if (next === at) return at;
    at = next;
  }
  return undefined;
}

/** `at` where it is open. */
function closedUntil({ weekdays, hours, quiet }: SendingWindow, at: number, zone: string): number {
  const day = localDay(at, zone);
  if (weekdays !== undefined && !weekdays.includes(weekdayOf(day))) return startOf(addDays(day, 1), zone);
  if (hours !== undefined) {
    const from = instantOf(day, hours.from, zone);
    if (at < from) return from;
    if (at >= instantOf(day, hours.to, zone)) return startOf(addDays(day, 1), zone);
  }
  return quiet === undefined ? at : (quietUntil(quiet, at, zone) ?? at);
}
