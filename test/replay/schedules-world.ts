/**
 * Customers who owe, pay and want digests, on a calendar that runs as fast as it can: a service of two replicas on one database,
 * which crash and are away now and then. `schedules-oracle.ts` says what must come of it.
 */
import { parseEvent } from '../../src/core/event/parse-event.js';
import { DEFAULT_SCHEDULE_POLICY, type SchedulePolicy } from '../../src/core/schedule/policy.js';
import { changeCustomer } from '../../src/flows/change-customer.js';
import { changePreferences } from '../../src/flows/change-preferences.js';
import type { IncomingEvent } from '../../src/flows/ingest/types.js';
import { raiseDigests } from '../../src/flows/schedules/raise-digests.js';
import { raisePayments } from '../../src/flows/schedules/raise-payments.js';
import { putAccount } from '../../src/store/accounts.js';
import { readEventsByKey } from '../../src/store/events.js';
import { type AlertRow, alertOf, openText } from '../../src/store/outbox-alert.js';
import type { TestDatabase } from '../support/databases.js';
import { type HouseUnderTest, openHouse, TEST_SETTINGS } from '../support/house.js';
import { ruleSet } from '../support/rules.js';

const MINUTE = 60_000;
const BATCH = 200;

export interface Payment {
  at: number;
  cents: number;
}

export interface Obligation {
  customerId: string;
  loanId: string;
  instalmentId: string;
  due: string;
  cents: number;
  kind: 'instalment' | 'standing-order';
  /** When the bank says so. */
  knownAt: number;
  payments: Payment[];
}

export interface Customer {
  id: string;
  zone: string;
  frequencies: ('daily' | 'weekly' | 'monthly')[];
}

export interface ScheduleWorld {
  customers: Customer[];
  obligations: Obligation[];
  /** Epoch milliseconds, whole minutes. */
  from: number;
  to: number;
  /** When the whole service is away: from, to. */
  downs: [number, number][];
  policy: SchedulePolicy;
  holidays: string[];
  currency: string;
  /** How likely a tick dies in the middle. */
  crashes: number;
  /** How likely the second replica ticks as well. */
  both: number;
  random(): number;
}

export const WORLD_POLICY: SchedulePolicy = {
  ...DEFAULT_SCHEDULE_POLICY,
  standingOrders: { remindBefore: [3], remindOnDay: false },
  lowBalanceAhead: [],
};

const RULES = ruleSet(
  ...(['due', 'overdue'] as const).map((kind) => ({
    name: `payment-${kind}`,
    on: [`schedule.payment-${kind}` as const],
    conditions: { all: [{ fact: 'schedule', path: '$.days', operator: 'greaterThanInclusive', value: 0 }] },
    text: '{{ schedule.amount }}',
  })),
  {
    name: 'balance-digest',
    on: ['schedule.balance-digest'],
    parameters: { frequency: { type: 'texts', default: [], customerMayChange: {} } },
    conditions: {
      all: [
        {
          fact: 'schedule',
          path: '$.frequency',
          operator: 'in',
          value: { fact: 'parameter', params: { name: 'frequency' } },
        },
      ],
    },
    text: '{{ account.balance }}',
  },
);

/** What was told, one line each: whom, of what, when, how much. */
export interface Outcome {
  told: string[];
  /** Ticks that died, and were begun again by a process that had started anew. */
  crashed: number;
  /** Decisions by reason, of what was not told. */
  silent: Record<string, number>;
}

export async function runWorld(database: TestDatabase, world: ScheduleWorld): Promise<Outcome> {
  const { config, drop } = await database.create();
  const shared: TestDatabase = { ...database, create: async () => ({ config, drop: async () => {} }) };
  const settings = { ...TEST_SETTINGS, holidays: world.holidays };
  const open = () =>
    openHouse(shared, { source: RULES, now: world.from, house: { schedules: world.policy, settings } });
  const replicas = [await open(), await open()];
  const service = createService(replicas, open, world);
  try {
    await register(replicas[0] as HouseUnderTest, world);
    await service.run();
    return { ...(await outcomeOf(replicas[0] as HouseUnderTest)), crashed: service.crashed() };
  } finally {
    for (const replica of replicas) await replica.close();
    await drop();
  }
}

function createService(replicas: HouseUnderTest[], open: () => Promise<HouseUnderTest>, world: ScheduleWorld) {
  const events = eventsOf(world);
  let crashed = 0;

  async function run(): Promise<void> {
    let sent = 0;
    for (let now = world.from; ; ) {
      const due = await earliestDue(replicas[0] as HouseUnderTest);
      const tickAt = due === undefined ? Number.POSITIVE_INFINITY : ceilMinute(Math.max(due, now));
      now = afterDown(Math.min(tickAt, events[sent]?.at ?? Number.POSITIVE_INFINITY), world.downs);
      if (now > world.to) return;
      for (const replica of replicas) replica.clock.now = now;
      const first = sent;
      while (sent < events.length && (events[sent]?.at ?? 0) <= now) sent += 1;
      await submit(events.slice(first, sent), now);
      if (tickAt <= now && now % MINUTE === 0) await tick();
    }
  }

  async function submit(due: readonly SentEvent[], now: number): Promise<void> {
    for (let start = 0; start < due.length; start += BATCH) {
      const incoming = due.slice(start, start + BATCH).map(({ original }): IncomingEvent => {
        return { event: parseEvent(original, { now, futureToleranceMs: 0, origin: 'outside' }), original };
      });
      await (replicas[0] as HouseUnderTest).house.pipeline.submit(incoming);
    }
  }

  async function tick(): Promise<void> {
    const second = world.random() < world.both;
    await Promise.all(second ? [tickOf(0), tickOf(1)] : [tickOf(world.random() < 0.5 ? 0 : 1)]);
  }

  /** One that dies is begun again at once by a process that has nothing but the database. */
  async function tickOf(index: number): Promise<void> {
    for (;;) {
      const replica = replicas[index] as HouseUnderTest;
      const house = { ...replica.house, pipeline: mortal(replica.house.pipeline) };
      try {
        await raisePayments(house);
        await raiseDigests(house);
        return;
      } catch (error) {
        if (!(error instanceof Died)) throw error;
        crashed += 1;
        const now = replica.clock.now;
        await replica.close();
        replicas[index] = await open();
        (replicas[index] as HouseUnderTest).clock.now = now;
      }
    }
  }

  function mortal(pipeline: HouseUnderTest['house']['pipeline']): HouseUnderTest['house']['pipeline'] {
    return {
      ...pipeline,
      submit: async (incoming) => {
        if (world.random() < world.crashes / 2) throw new Died();
        const results = await pipeline.submit(incoming);
        if (world.random() < world.crashes / 2) throw new Died();
        return results;
      },
    };
  }

  return { run, crashed: () => crashed };
}

class Died extends Error {}

function ceilMinute(at: number): number {
  return Math.ceil(at / MINUTE) * MINUTE;
}

export function afterDown(at: number, downs: ScheduleWorld['downs']): number {
  const down = downs.find(([from, to]) => from <= at && at < to);
  return down === undefined ? at : down[1];
}

async function earliestDue({ database }: HouseUnderTest): Promise<number | undefined> {
  const rows = await Promise.all(
    ['payment', 'digest'].map((kind) =>
      database.knex(database.table('schedules')).where({ kind }).orderBy('due_at').first('due_at'),
    ),
  );
  const times = rows.flatMap((row) => (row === undefined ? [] : Number(row.due_at)));
  return times.length === 0 ? undefined : Math.min(...times);
}

interface SentEvent {
  at: number;
  original: object;
}

/** In the order in which the core system sends them. */
function eventsOf({ obligations, currency }: ScheduleWorld): SentEvent[] {
  const events: SentEvent[] = [];
  const add = (type: string, id: string, at: number, data: object) =>
    events.push({
      at,
      original: { specversion: '1.0', id, source: 'core', type, time: new Date(at).toISOString(), data },
    });
  for (const { customerId, loanId, instalmentId, due, cents, kind, knownAt, payments } of obligations) {
    const about = { customerId, loanId, instalmentId, currency };
    add('loan.instalment-due', `due:${instalmentId}`, knownAt, {
      ...about,
      dueDate: due,
      kind,
      amount: decimal(cents),
    });
    for (const [index, payment] of payments.entries()) {
      add('loan.paid', `paid:${instalmentId}:${index}`, payment.at, { ...about, amount: decimal(payment.cents) });
    }
  }
  return events.sort((a, b) => a.at - b.at);
}

export function decimal(cents: number): string {
  return `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
}

async function register(
  home: HouseUnderTest,
  { customers, from, currency, obligations }: ScheduleWorld,
): Promise<void> {
  for (const { id, zone, frequencies } of customers) {
    const document = { phone: '+12015550100', timeZone: zone };
    await changeCustomer(home.house, { entity: 'default', customerId: id, document, actor: 'test' });
    if (frequencies.length === 0) continue;
    const holders = [{ customerId: id, role: 'owner' as const }];
    await home.inTransaction((trx) =>
      putAccount(home.house.vault, trx, {
        entity: 'default',
        accountId: id,
        document: { holders, currency },
        at: from,
      }),
    );
    const data = { accountId: id, balance: '100.00', currency };
    await home.commit({ id: `balance-${id}`, source: 'core', type: 'account.balance', data });
    const chosen = { topics: { 'balance-digest': { parameters: { frequency: frequencies } } } };
    await changePreferences(home.house, { entity: 'default', customerId: id, document: chosen, actor: 'test' });
  }
  if (obligations.some(({ knownAt }) => knownAt < from)) throw new Error('an obligation is older than the world');
}

async function outcomeOf(home: HouseUnderTest): Promise<Omit<Outcome, 'crashed'>> {
  const { database } = home;
  const { keys } = home.house.vault;
  const told: string[] = [];
  const alerts: AlertRow[] = await database.knex(database.table('alerts'));
  for (let start = 0; start < alerts.length; start += BATCH) {
    const some = alerts.slice(start, start + BATCH).map(alertOf);
    const eventKeys = some.map(({ eventKey }) => eventKey);
    const events = await readEventsByKey(database, database.knex, eventKeys, (subjects) =>
      keys.find(database.knex, subjects),
    );
    const subjects = [...new Set(some.map(({ customerId }) => `default/customer:${customerId}`))];
    const own = await keys.find(database.knex, subjects);
    for (const alert of some) {
      const stored = events.get(alert.eventKey.toString('hex'));
      const key = own.get(`default/customer:${alert.customerId}`);
      if (stored === undefined || key === undefined) throw new Error('an alert without its event');
      const { data } = stored.event;
      const what =
        alert.rule === 'balance-digest' ? `${data.frequency} ${data.day}` : `${data.instalmentId} ${data.days}`;
      told.push(lineOf(alert.customerId ?? '', alert.rule, what, stored.decidedAt, openText(alert, key)));
    }
  }
  const reasons: { reason: string; count: number }[] = await database
    .knex(database.table('decisions'))
    .where('outcome', 'suppressed')
    .groupBy('reason')
    .select('reason', database.knex.raw('count(*) as count'));
  return { told: told.sort(), silent: Object.fromEntries(reasons.map(({ reason, count }) => [reason, Number(count)])) };
}

export function lineOf(customerId: string, rule: string, what: string, at: number, text: string): string {
  return `${customerId} ${rule} ${what} ${new Date(at).toISOString().slice(0, 19)} ${text}`;
}
