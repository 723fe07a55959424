/** When customers are told of what comes by the calendar: the bank's `schedules` configuration. */

/** What happens to a day that is a weekend or a holiday: nothing, the business day before it, or the one after. */
export type DayMove = 'none' | 'before' | 'after';

export interface SchedulePolicy {
  /** Wall-clock times of the customer, `HH:MM`: scheduled messages leave from the first on, and never at or after the second. */
  hours: { from: string; to: string };
  businessDays: {
    reminders: Exclude<DayMove, 'after'>;
    overdue: Exclude<DayMove, 'before'>;
    inactivity: Exclude<DayMove, 'before'>;
  };
  /** Days before the due date, and after it. */
  instalments: { remindBefore: readonly number[]; remindOnDay: boolean; overdueAfter: readonly number[] };
  /** The bank makes these payments itself, so they are never overdue by the customer's doing. */
  standingOrders: { remindBefore: readonly number[]; remindOnDay: boolean };
  /** Days before a payment on which the balance is held against it. */
  lowBalanceAhead: readonly number[];
  /** On which day a weekly (1 is Monday) and a monthly balance digest is sent. */
  digests: { weekday: number; dayOfMonth: number };
  /** One every so many months (0: none), from a day of the period's first month on, spread over days. */
  securityTips: { everyMonths: 0 | 1 | 2 | 3 | 4 | 6 | 12; dayOfMonth: number; spreadDays: number };
}

export const DEFAULT_SCHEDULE_POLICY: SchedulePolicy = {
  hours: { from: '10:00', to: '20:00' },
  businessDays: { reminders: 'before', overdue: 'after', inactivity: 'after' },
  instalments: { remindBefore: [7, 3, 1], remindOnDay: true, overdueAfter: [1, 7, 30] },
  standingOrders: { remindBefore: [], remindOnDay: false },
  lowBalanceAhead: [3],
  digests: { weekday: 1, dayOfMonth: 1 },
  securityTips: { everyMonths: 0, dayOfMonth: 5, spreadDays: 10 },
};
