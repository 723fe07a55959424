/** When a campaign may reach a customer, worked out once for all who are in the same zones. */
import type { CompiledCampaign } from '../../core/campaign/compile-campaign.js';
import { opensAt } from '../../core/campaign/sending-window.js';
import { possibleTimeZones } from '../../core/phone.js';
import type { House } from '../house.js';

/** Answers the first moment from `now` on, or undefined where there is none. */
export type Hours = (campaign: CompiledCampaign, zones: readonly string[]) => number | undefined;

export function hoursFrom({ marketing }: Pick<House, 'marketing'>, now: number): Hours {
  const known = new Map<string, number | undefined>();
  const quiet = marketing?.quietHours;
  return (campaign, zones) => {
    const { weekdays, hours } = campaign.document.schedule ?? {};
    if (weekdays === undefined && hours === undefined && quiet === undefined) return now;
    const name = [campaign.entity, campaign.name, ...zones].join('|');
    if (!known.has(name)) {
      const window = { ...(weekdays && { weekdays }), ...(hours && { hours }), ...(quiet && { quiet }) };
      known.set(name, opensAt(window, now, zones));
    }
    return known.get(name);
  };
}

/** Theirs, or every zone that their number can be in. */
export function zonesOf(
  { settings }: Pick<House, 'settings'>,
  { timeZone, phone }: { timeZone?: string; phone?: string },
): readonly string[] {
  if (timeZone !== undefined) return [timeZone];
  return phone === undefined ? [settings.timeZone] : [settings.timeZone, ...possibleTimeZones(phone)];
}
