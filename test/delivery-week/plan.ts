/** How large a simulated week is, and what goes wrong in it when. Times are virtual. */
export const SECOND = 1_000;
export const MINUTE = 60_000;
export const HOUR = 3_600_000;

export interface Plan {
  seed: number;
  /** Epoch milliseconds. Clocks in the EU go back on 25 October 2026. */
  begin: number;
  alerts: number;
  customers: number;
  hours: number;
  kills: number;
  /** Milliseconds between batches of new alerts, and between looks of the courier that nothing rings. */
  arrivalsEvery: number;
  looksEvery: number;
  ticksEvery: number;
  /** The part of answers that is recorded only after its lease has lapsed: the process hung, or the database was away. */
  hangs: number;
  /** The part of requests that are made late, or not at all: the process hung between its claim and the request. */
  stalls: number;
}

export const FULL: Plan = {
  seed: 20_261_021,
  begin: Date.UTC(2026, 9, 21),
  alerts: 200_000,
  customers: 4_000,
  hours: 7 * 24,
  kills: 50,
  arrivalsEvery: 4 * MINUTE,
  looksEvery: MINUTE,
  ticksEvery: MINUTE,
  hangs: 0.001,
  stalls: 0.001,
};

/** Thirty hours of the same. */
export const SMALL: Plan = {
  seed: 3_000,
  begin: Date.UTC(2026, 9, 24, 12),
  alerts: 1_800,
  customers: 150,
  hours: 30,
  kills: 10,
  arrivalsEvery: 20 * MINUTE,
  looksEvery: 5 * MINUTE,
  ticksEvery: 5 * MINUTE,
  hangs: 0.02,
  stalls: 0.02,
};

export interface Span {
  from: number;
  to: number;
}

/** `refuses`: nothing gets through. `dark`: requests leave, some arrive, no answer comes. `sick`: 503 for everything. */
export interface Outage extends Span {
  provider: string;
  kind: 'refuses' | 'dark' | 'sick';
}

export interface PlannedHold extends Span {
  scope: 'lane' | 'provider';
  value: string;
}

/** Parts of the whole time, so that a short week has them all. */
const OUTAGES: readonly [string, Outage['kind'], number, number][] = [
  ['north', 'refuses', 0.08, 0.1],
  ['west', 'dark', 0.2, 0.22],
  ['south', 'sick', 0.3, 0.33],
  ['north', 'refuses', 0.45, 0.47],
  ['south', 'dark', 0.455, 0.475],
  ['west', 'refuses', 0.6, 0.66],
  ['north', 'dark', 0.75, 0.76],
  ['south', 'refuses', 0.88, 0.91],
];

const HOLDS: readonly [PlannedHold['scope'], string, number, number][] = [
  ['lane', 'marketing', 0.25, 0.28],
  ['provider', 'north', 0.52, 0.55],
  ['lane', 'service', 0.7, 0.715],
];

export function outagesOf(plan: Plan): Outage[] {
  return OUTAGES.map(([provider, kind, from, to]) => ({ provider, kind, ...span(plan, from, to) }));
}

export function holdsOf(plan: Plan): PlannedHold[] {
  return HOLDS.map(([scope, value, from, to]) => ({ scope, value, ...span(plan, from, to) }));
}

function span({ begin, hours }: Plan, from: number, to: number): Span {
  return { from: begin + Math.round(from * hours * HOUR), to: begin + Math.round(to * hours * HOUR) };
}
