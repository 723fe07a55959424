/** `calendar`: the event's time as the customer's clock shows it. */
import { DateTime } from 'luxon';
import type { FactDefinition, Frame } from '../rules/frame.js';

export const calendar: FactDefinition = {
  name: 'calendar',
  description: "The event's local time where the customer is: hour, weekday (1 is Monday), business day",
  paths: {
    date: 'text',
    hour: 'number',
    minute: 'number',
    weekday: 'number',
    dayOfMonth: 'number',
    month: 'number',
    businessDay: 'boolean',
  },
  accessor: ({ path }) => ({
    kind: 'plain',
    perRecipient: true,
    read: (frame) => readCalendar(frame, path[0]),
  }),
};

function readCalendar(frame: Frame, field: string | undefined): unknown {
  const { settings } = frame.context;
  const local = DateTime.fromMillis(frame.event.time, { zone: frame.recipient?.timeZone ?? settings.timeZone });
  const date = local.toISODate() ?? '';
  switch (field) {
    case 'date':
      return date;
    case 'hour':
      return local.hour;
    case 'minute':
      return local.minute;
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
