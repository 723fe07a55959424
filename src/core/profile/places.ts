/** Reads where an event happened, and where home is, out of its data. */
import type { Place } from '../../contracts/customer.js';
import type { LedgerEvent } from '../../contracts/event.js';
import { readPath } from '../rules/path.js';
import { ownKey } from './profile.js';

/** The place an event states; a card payment without one has its merchant's country. */
export function placeOf(event: LedgerEvent): Partial<Place> | undefined {
  const { location } = event.data;
  const country = text(readPath(location, ['country'])) ?? text(readPath(event.data.merchant, ['country']));
  const latitude = number(readPath(location, ['latitude']));
  const longitude = number(readPath(location, ['longitude']));
  if (country === undefined && latitude === undefined) return undefined;
  return { latitude, longitude, country };
}

/** `data.home`, used where neither the customer nor the account has a home on record. */
export function homeOf(event: LedgerEvent): Place | undefined {
  const latitude = number(readPath(event.data.home, ['latitude']));
  const longitude = number(readPath(event.data.home, ['longitude']));
  return latitude === undefined || longitude === undefined ? undefined : { latitude, longitude };
}

/** The last place is kept per card where there is one. */
export function cardOf(event: LedgerEvent): string {
  const card = text(event.data.cardId);
  return card === undefined ? '' : ownKey(card);
}

export function deviceOf(event: LedgerEvent): string | undefined {
  return text(readPath(event.data.device, ['id']));
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
