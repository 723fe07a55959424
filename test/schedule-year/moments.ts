/** When the service looks at what is planned, and when what it decided leaves. */
import { dayAfter, isFree, isWithin, momentOf, wallClock, weekday } from './wall-clock.js';
import { afterDown, CAMPAIGN_HOURS, COURIER_AFTER, MINUTE, type Person, type World } from './world.js';

/** The service is there and the customer's clock is within the hours; on a business day, where it has to be one. */
export function decidedAt(planned: number, zone: string, world: World, businessDays = false): number {
  const { from, to } = world.policy.hours;
  let at = planned;
  for (;;) {
    const up = Math.ceil(afterDown(at, world.downs) / MINUTE) * MINUTE;
    const [day = '', time = ''] = wallClock(up, zone).split(' ');
    const isDay = !businessDays || !isFree(day, world.holidays);
    if (isDay && time >= from && time < to) return up;
    at = isDay && time < from ? momentOf(day, from, zone) : nextOpening(day, from, zone, businessDays, world);
    if (at <= up) return up;
  }
}

function nextOpening(after: string, from: string, zone: string, businessDays: boolean, { holidays }: World): number {
  let day = dayAfter(after, 1);
  while (businessDays && isFree(day, holidays)) day = dayAfter(day, 1);
  return momentOf(day, from, zone);
}

/** After the quiet hours of the customer, and while the service is there; what a campaign says in its own hours too. */
export function leavesAt(decided: number, { quiet, zone }: Person, { downs }: World, isCampaign = false): number {
  let at = isCampaign ? decided : decided + COURIER_AFTER;
  for (;;) {
    at = afterDown(at, downs);
    const [day = '', time = ''] = wallClock(at, zone).split(' ');
    const isRest = isCampaign && [0, 6].includes(weekday(day));
    if (isRest || (isCampaign && !isWithin(time, CAMPAIGN_HOURS))) {
      const isLater = !isRest && time < CAMPAIGN_HOURS.from;
      at = momentOf(isLater ? day : dayAfter(day, 1), CAMPAIGN_HOURS.from, zone);
      continue;
    }
    if (quiet === undefined || !isWithin(time, quiet)) return at;
    const end = momentOf(day, quiet.to, zone);
    at = end > at ? end : momentOf(dayAfter(day, 1), quiet.to, zone);
  }
}
