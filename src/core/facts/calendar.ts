/** `calendar`: the event's time as the customer's clock shows it. */
import { DateTime } from 'luxon';
import type { FactDefinition, Frame } from '../rules/frame.js';

export const calendar: FactDefinition = {
  name: 'calendar',
  description:
    "The event's local time where the customer is: hour and minute (not known of an event that has only a day), weekday (1 is Monday), business day",
  paths: {
    date: 'text',
    hour: 'number',
    minute: 'number',
    weekday: 'number',
    dayOfMonth: 'number',
    month: 'number',
    businessDay: 'boolean',
    hourKnown: 'boolean',
  },
  accessor: ({ path }) => ({
    kind: 'plain',
    perRecipient: true,
    read: (frame) => readCalendar(frame, path[0]),
  }),
};

function readCalendar(frame: Frame, field: string | undefined): unknown {
  const { settings } = frame.context;
  const local = localTime(frame);
  const date = local.toISODate() ?? '';
  switch (field) {
    case 'date':
      return date;
    case 'hour':
      return onlyDay(frame) === undefined ? local.hour : undefined;
    case 'minute':
      return onlyDay(frame) === undefined ? local.minute : undefined;
    case 'hourKnown':
      return onlyDay(frame) === undefined;
    case 'weekday':
      return local.weekday;
    case 'dayOfMonth':
      return local.day;
    case 'month':
      return local.month;
    default:
      return local.weekday < 6 && !settings.holidays.includes(date);
  }
}

/** A day without an hour is the same day everywhere. */
function localTime(frame: Frame): DateTime {
  const day = onlyDay(frame);
  if (day !== undefined) return DateTime.fromISO(day, { zone: 'utc' });
  const zone = frame.recipient?.timeZone ?? frame.context.settings.timeZone;
  return DateTime.fromMillis(frame.event.time, { zone });
}

/** The day of an event whose hour is not known. */
function onlyDay({ event }: Frame): string | undefined {
  const { dateOnly } = event.data;
  return typeof dateOnly === 'string' ? dateOnly : undefined;
}
