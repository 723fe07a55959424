/** Who lives in the simulated week, and what is to be told them. */
import { hash } from 'node:crypto';
import type { AlertDraft } from '../../src/contracts/decision.js';
import { LANES, type Lane } from '../../src/contracts/rule.js';
import type { House } from '../../src/flows/house.js';
import { customerSubject } from '../../src/store/crypto/subject-hash.js';
import { putCustomer } from '../../src/store/customers.js';
import { insertAlerts } from '../../src/store/outbox.js';
import { putPreferences } from '../../src/store/preferences.js';
import { withTransaction } from '../../src/store/with-transaction.js';
import { draw } from './draw.js';
import { HOUR, MINUTE, type Plan } from './plan.js';

export interface Person {
  id: string;
  /** E.164; several share one, as families do. */
  phone: string;
  timeZone?: string;
  quietHours?: { from: string; to: string };
}

export interface PlannedAlert {
  alertId: string;
  person: Person;
  lane: Lane;
  at: number;
  expiresAt?: number;
}

/** Fictional ones; the second are of no country that the library knows. */
const NUMBERS = [
  { prefix: '+120155501', digits: 2 },
  { prefix: '+447700900', digits: 3 },
] as const;
const CITIES = ['Europe/Tallinn', 'Europe/Lisbon', 'America/New_York', 'Asia/Kolkata', 'Pacific/Auckland'];
const ZONES = [...CITIES, ...CITIES, undefined];
const QUIET = [
  { from: '22:00', to: '07:00' },
  { from: '21:30', to: '08:15' },
  { from: '01:00', to: '05:00' },
  undefined,
  undefined,
];

export function peopleOf({ seed, customers }: Plan): Person[] {
  return Array.from({ length: customers }, (_, number) => {
    const chance = draw(seed, 'person', number);
    const { prefix, digits } = chance.pick(NUMBERS);
    const phone = prefix + String(chance.between(0, 10 ** digits)).padStart(digits, '0');
    return { id: `p${number}`, phone, timeZone: chance.pick(ZONES), quietHours: chance.pick(QUIET) };
  });
}

/** In the order of their times. One in three belongs to a campaign, of which there are four a day. */
export function alertsOf(plan: Plan, people: readonly Person[]): PlannedAlert[] {
  const alerts = Array.from({ length: plan.alerts }, (_, number): PlannedAlert => {
    const chance = draw(plan.seed, 'alert', number);
    const lane = laneAt(chance.next());
    const spread = Math.floor(chance.next() * plan.hours * HOUR);
    const made = plan.begin + (lane === 'marketing' ? Math.floor(spread / (6 * HOUR)) * 6 * HOUR + 2 * HOUR : spread);
    const at = Math.ceil(made / plan.arrivalsEvery) * plan.arrivalsEvery;
    const lifetime = lifetimeOf(lane, chance.next());
    const expiresAt = lifetime === undefined ? undefined : at + lifetime;
    return { alertId: `wk-${plan.seed}-${number}`, person: chance.pick(people), lane, at, expiresAt };
  });
  return alerts.sort((a, b) => a.at - b.at);
}

function laneAt(part: number): Lane {
  if (part < 0.1) return 'otp';
  if (part < 0.3) return 'security';
  return part < 0.66 ? 'service' : 'marketing';
}

/** Milliseconds; undefined means that it never expires. */
function lifetimeOf(lane: Lane, part: number): number | undefined {
  switch (lane) {
    case 'otp':
      return part < 0.5 ? 3 * MINUTE : 5 * MINUTE;
    case 'security':
      return part < 0.5 ? undefined : 2 * HOUR;
    case 'service':
      return part < 0.3 ? 4 * HOUR : 24 * HOUR;
    case 'marketing':
      return part < 0.5 ? undefined : 36 * HOUR;
  }
}

export async function registerPeople({ vault }: House, people: readonly Person[], at: number): Promise<void> {
  for (let start = 0; start < people.length; start += 500) {
    await withTransaction(vault.database, async (trx) => {
      for (const { id, phone, timeZone, quietHours } of people.slice(start, start + 500)) {
        const name = { entity: 'default', customerId: id, at };
        await putCustomer(vault, trx, { ...name, document: { phone, timeZone } });
        if (quietHours !== undefined) await putPreferences(vault, trx, { ...name, document: { quietHours } });
      }
    });
  }
}

/** As ingestion leaves them: queued, in one transaction. */
export function insertPlanned({ vault }: House, alerts: readonly PlannedAlert[], at: number): Promise<void> {
  const { database, keys } = vault;
  return withTransaction(database, async (trx) => {
    const subjects = alerts.map(({ person }) => customerSubject('default', person.id));
    const found = await keys.load(trx, subjects);
    const rows = alerts.flatMap((alert, index) => {
      const key = found.get(subjects[index] ?? '');
      if (key === undefined) throw new Error('a person without a key');
      return [
        {
          alertId: alert.alertId,
          eventKey: hash('sha256', alert.alertId, 'buffer'),
          subject: subjects[index] ?? '',
          entity: 'default',
          customerId: alert.person.id,
          rule: `rule-${alert.lane}`,
          ruleVersion: '1',
          draft: draftOf(alert),
          status: 'queued' as const,
          key,
        },
      ];
    });
    await insertAlerts(database, trx, rows, at);
  });
}

function draftOf({ alertId, lane, expiresAt }: PlannedAlert): AlertDraft {
  return {
    notify: 'customer',
    topic: `topic-${lane}`,
    lane,
    priority: LANES.indexOf(lane),
    locale: 'en',
    text: `Message ${alertId}`,
    discreet: false,
    ...(expiresAt === undefined ? {} : { expiresAt }),
    fires: 'each',
    phone: 'current',
  };
}
