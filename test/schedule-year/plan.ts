/** How large a simulated year is. */
export interface Plan {
  seed: number;
  customers: number;
  /** A day of the calendar, at the beginning of which the year begins in UTC. */
  begin: string;
  days: number;
  /** Processes that die at a commit. */
  kills: number;
}

/** Clocks change in each of the zones twice. */
export const FULL: Plan = { seed: 20_260_901, customers: 10_000, begin: '2026-09-01', days: 365, kills: 400 };

/** Clocks change in Europe on 25 October, in America on 1 November. */
export const SMALL: Plan = { seed: 40, customers: 40, begin: '2026-10-05', days: 40, kills: 12 };

/** The change in Europe, a campaign, and two absences. */
export const SMALLER: Plan = { ...SMALL, begin: '2026-10-13', days: 16, kills: 4 };
