/** Folds what an event says about balance, activity, places and devices. A late event never moves any of them back. */
import type { LedgerEvent } from '../../contracts/event.js';
import { parseDuration } from '../event/duration.js';
import { foldLoans } from '../schedule/loans.js';
import { cardOf, deviceOf, placeOf } from './places.js';
import type { LastPlace, Profile } from './profile.js';

const CARDS = 16;
const COUNTRIES = 64;
const DEVICES = 32;

/** What the bank does by itself is no sign of life. */
const BANK_MADE = new Set(['interest', 'fee']);

/** `stages`: the quiet times after which inactivity is told, milliseconds, ascending. */
export function foldEvent(profile: Profile, event: LedgerEvent, stages: readonly number[]): Profile {
  const folded: Profile = { ...profile, sequence: profile.sequence + 1 };
  if (event.type.startsWith('schedule.')) return foldSchedule(folded, event, stages);
  // A code that leaves is no sign of the customer: somebody else may have asked for it.
  if (event.type.startsWith('alert.') || event.type.startsWith('challenge.')) return folded;
  const late = isLate(profile, event);
  learnPlacesAndDevices(folded, event, late);
  const loans = foldLoans(profile.loans, event, folded.sequence);
  if (loans !== undefined) folded.loans = loans;
  if (event.type === 'customer.password-changed')
    folded.passwordChangedAt = latest(profile.passwordChangedAt, event.time);
  if (event.type === 'customer.contact-changed') folded.contactChangedAt = latest(profile.contactChangedAt, event.time);
  if (late) return folded;
  folded.time = event.time;
  if (event.balanceAfter !== undefined) folded.balance = event.balanceAfter;
  if (event.type === 'account.closed') return { ...folded, closed: true, inactiveDueAt: undefined };
  if (event.type === 'account.opened' || isActivity(event)) {
    folded.activeAt = event.time;
    folded.inactiveDueAt = stages[0] === undefined || profile.closed ? undefined : event.time + stages[0];
  }
  return folded;
}

/** Older than what the profile has seen; equal times keep arrival order. Schedules do not move time, and are never late. */
export function isLate(profile: Profile, event: LedgerEvent): boolean {
  return profile.time !== undefined && event.time < profile.time && !event.type.startsWith('schedule.');
}

function isActivity(event: LedgerEvent): boolean {
  if (event.type === 'customer.login') return true;
  if (!event.type.startsWith('transaction.') || event.type === 'transaction.reversed') return false;
  return !BANK_MADE.has(String(event.data.kind));
}

function foldSchedule(profile: Profile, event: LedgerEvent, stages: readonly number[]): Profile {
  if (event.type !== 'schedule.inactive' || profile.activeAt === undefined) return profile;
  const told = parseDuration(event.data.after);
  const next = stages.find((stage) => stage > told);
  return { ...profile, inactiveDueAt: next === undefined ? undefined : profile.activeAt + next };
}

function learnPlacesAndDevices(profile: Profile, event: LedgerEvent, late: boolean): void {
  const device = deviceOf(event);
  if (device !== undefined) profile.devices = mostRecent(profile.devices, device, DEVICES);
  const place = placeOf(event);
  if (place === undefined || event.type === 'transaction.reversed') return;
  if (place.country !== undefined && !profile.countries.includes(place.country)) {
    profile.countries = [...profile.countries, place.country].slice(-COUNTRIES);
  }
  const { latitude, longitude } = place;
  if (latitude === undefined || longitude === undefined || late) return;
  profile.places = withPlace(profile.places, cardOf(event), {
    latitude,
    longitude,
    country: place.country,
    at: event.time,
  });
}

function withPlace(places: Profile['places'], card: string, place: LastPlace): Profile['places'] {
  const next = { ...places, [card]: place };
  const cards = Object.keys(next);
  if (cards.length <= CARDS) return next;
  const oldest = cards.reduce((a, b) => ((next[a]?.at ?? 0) <= (next[b]?.at ?? 0) ? a : b));
  delete next[oldest];
  return next;
}

function mostRecent(list: readonly string[], item: string, limit: number): readonly string[] {
  if (list.at(-1) === item) return list;
  return [...list.filter((known) => known !== item), item].slice(-limit);
}

function latest(known: number | undefined, time: number): number {
  return Math.max(known ?? time, time);
}
