/** A world of customers in twelve zones, the same for the same seed. */
import type { Customer, Obligation, Payment, ScheduleWorld } from './schedules-world.js';
import { WORLD_POLICY } from './schedules-world.js';

const DAY = 86_400_000;
const MINUTE = 60_000;
const ZONES = [
  'Europe/Tallinn',
  'Europe/London',
  'Europe/Lisbon',
  'America/New_York',
  'America/Los_Angeles',
  'America/St_Johns',
  'America/Santiago',
  'Asia/Tokyo',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Auckland',
  'Pacific/Honolulu',
];

/** 32 bits of state are enough here (Tommy Ettinger's mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

export function generatedWorld(options: {
  seed: number;
  customers: number;
  from: string;
  days: number;
  daily: number;
  crashes: number;
  both: number;
}): ScheduleWorld {
  const random = seeded(options.seed);
  const from = Date.parse(options.from);
  const to = from + options.days * DAY;
  const customers = Array.from({ length: options.customers }, (_, index): Customer => {
    const share = random();
    const frequencies: Customer['frequencies'] =
      share < options.daily ? ['daily'] : share < 0.2 ? ['weekly'] : share < 0.35 ? ['monthly'] : [];
    return { id: String(index + 1), zone: ZONES[index % ZONES.length] ?? '', frequencies };
  });
  return {
    customers,
    obligations: customers.flatMap((customer) => obligationsOf(customer, from, options.days, random)),
    from,
    to,
    downs: downsBetween(from, to, random),
    policy: WORLD_POLICY,
    holidays: ['2026-12-24', '2026-12-25', '2027-01-01', '2027-02-24', '2026-11-16'],
    currency: 'EUR',
    crashes: options.crashes,
    both: options.both,
    random,
  };
}

/** One a month, known of for some weeks before. */
function obligationsOf({ id }: Customer, from: number, days: number, random: () => number): Obligation[] {
  const day = 1 + Math.floor(random() * 28);
  const isOrder = random() < 0.2;
  const obligations: Obligation[] = [];
  for (let at = from; at < from + days * DAY; at += DAY) {
    const due = new Date(at).toISOString().slice(0, 10);
    if (Number(due.slice(8)) !== day) continue;
    const cents = 1_000 + Math.floor(random() * 100_000);
    obligations.push({
      customerId: id,
      loanId: `L${id}`,
      instalmentId: `L${id}/${due}`,
      due,
      cents,
      kind: isOrder ? 'standing-order' : 'instalment',
      knownAt: Math.max(from + MINUTE, at - Math.floor(random() * 30 * DAY)),
      payments: paymentsOf(cents, at, from, random),
    });
  }
  return obligations;
}

function paymentsOf(cents: number, due: number, from: number, random: () => number): Payment[] {
  const at = (days: number) => Math.max(from + 2 * MINUTE, Math.floor(due + days * DAY));
  const share = random();
  if (share < 0.5) return [{ at: at(-12 + random() * 12), cents }];
  // Within seconds of the hour at which reminders leave somewhere.
  if (share < 0.7) {
    const hour = Math.floor(random() * 24) * 60 * MINUTE;
    const seconds = (1 + Math.floor(random() * 3)) * (random() < 0.5 ? -1_000 : 1_000);
    return [{ at: at(-Math.floor(random() * 8)) + hour + seconds, cents }];
  }
  if (share < 0.85) {
    const part = 1 + Math.floor(random() * (cents - 1));
    return [
      { at: at(-10 + random() * 10), cents: part },
      { at: at(random() * 20), cents: cents - part },
    ];
  }
  return share < 0.93 ? [{ at: at(1 + random() * 25), cents }] : [];
}

/** Minutes, hours, and now and then two days. */
function downsBetween(from: number, to: number, random: () => number): [number, number][] {
  const downs: [number, number][] = [];
  for (let at = from; ; ) {
    at += Math.floor((2 + random() * 8) * DAY);
    const length = random() < 0.15 ? 2 * DAY : random() < 0.5 ? 10 * MINUTE : 14 * 60 * MINUTE;
    const end = Math.ceil((at + random() * length) / MINUTE) * MINUTE;
    if (end >= to) return downs;
    downs.push([at, end]);
    at = end;
  }
}
