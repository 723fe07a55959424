/** Quiet hours as a wall clock tells them: nothing of our own code, so that it can judge that. */
import type { Person } from './population.js';

const CLOCKS = new Map<string, Intl.DateTimeFormat>();
const MINUTE = 60_000;
const MOST_MINUTES = 36 * 60;

/** In the settings of the simulated house. */
export const HOUSE_ZONE = 'Europe/Tallinn';

export function isQuiet(person: Person, at: number): boolean {
  const { quietHours } = person;
  if (quietHours === undefined) return false;
  return zonesOf(person).some((zone) => {
    const now = wallClock(zone, at);
    const { from, to } = quietHours;
    return from < to ? from <= now && now < to : now >= from || now < to;
  });
}

/** The first minute from `at` on that is quiet in none of the person's zones. */
export function quietEnd(person: Person, at: number): number {
  let minute = Math.ceil(at / MINUTE) * MINUTE;
  for (let count = 0; isQuiet(person, minute); count++) {
    if (count > MOST_MINUTES) throw new Error('quiet hours without an end');
    minute += MINUTE;
  }
  return minute;
}

/** Where only the number is known: a zone of each offset that the United States have; the other numbers are of no country. */
const STATES = ['Honolulu', 'Adak', 'Anchorage', 'Los_Angeles', 'Phoenix', 'Denver', 'Chicago', 'New_York'].map(
  (city) => (city === 'Honolulu' ? 'Pacific/Honolulu' : `America/${city}`),
);

function zonesOf({ timeZone, phone, quietHours }: Person): readonly string[] {
  if (timeZone !== undefined) return [timeZone];
  // Nights of more than eleven hours would leave no hour to write to all of them, and none of the people has those.
  return phone.startsWith('+1') && quietHours !== undefined ? [HOUSE_ZONE, ...STATES] : [HOUSE_ZONE];
}

/** `HH:MM` */
function wallClock(zone: string, at: number): string {
  const clock =
    CLOCKS.get(zone) ??
    new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  CLOCKS.set(zone, clock);
  return clock.format(at);
}
