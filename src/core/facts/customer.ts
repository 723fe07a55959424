/** `customer`: who would be told, and what lately happened to their credentials. */
import type { Accessor, FactDefinition, Frame } from '../rules/frame.js';
import { localDay } from '../schedule/local-time.js';

const MINUTE = 60_000;
const DAY = 86_400_000;

export const customer: FactDefinition = {
  name: 'customer',
  description: 'The customer who would be told',
  paths: {
    id: 'text',
    role: 'text',
    status: 'text',
    locale: 'text',
    timeZone: 'text',
    registered: 'text',
    daysSinceRegistered: 'number',
    'home.country': 'text',
    minutesSincePasswordChange: 'number',
    minutesSinceContactChange: 'number',
  },
  accessor: ({ path }) => {
    switch (path.join('.')) {
      case 'role':
        return perRecipient((frame) => frame.recipient?.role);
      case 'status':
        return perRecipient((frame) => frame.recipient?.status);
      case 'locale':
        return perRecipient((frame) => frame.recipient?.locale ?? frame.context.settings.locale);
      case 'timeZone':
        return perRecipient(zoneOf);
      case 'registered':
        return perRecipient((frame) => registeredOn(frame));
      case 'daysSinceRegistered':
        return perRecipient((frame) => daysSince(frame, registeredOn(frame)));
      case 'home.country':
        return perRecipient((frame) => frame.recipient?.home?.country);
      case 'minutesSincePasswordChange':
        return perRecipient((frame) => minutesSince(frame, lastChange(frame, 'passwordChangedAt')));
      case 'minutesSinceContactChange':
        return perRecipient((frame) => minutesSince(frame, lastChange(frame, 'contactChangedAt')));
      default:
        return perRecipient((frame) => frame.recipient?.customerId);
    }
  },
};

function zoneOf({ recipient, context }: Frame): string {
  return recipient?.timeZone ?? context.settings.timeZone;
}

/** The day by the customer's own calendar. */
function registeredOn(frame: Frame): string | undefined {
  const at = frame.recipient?.registeredAt;
  return at === undefined || at > frame.event.time ? undefined : localDay(at, zoneOf(frame));
}

/** Whole days of the calendar. */
function daysSince(frame: Frame, day: string | undefined): number | undefined {
  if (day === undefined) return undefined;
  return Math.round((Date.parse(localDay(frame.event.time, zoneOf(frame))) - Date.parse(day)) / DAY);
}

function lastChange(frame: Frame, field: 'passwordChangedAt' | 'contactChangedAt'): number | undefined {
  return frame.event.accountId === undefined ? frame.profile[field] : frame.recipient?.summary?.[field];
}

function minutesSince(frame: Frame, at: number | undefined): number | undefined {
  return at === undefined || at > frame.event.time ? undefined : Math.floor((frame.event.time - at) / MINUTE);
}

function perRecipient(read: (frame: Frame) => unknown): Accessor {
  return { kind: 'plain', perRecipient: true, read };
}
