/**
 * Lives through a simulated week: the real flows on a real database in virtual time, in the order in which the courier, the
 * ticks and the callbacks call them, and killed again and again.
 */
import { type ClaimedAlert, claimAlerts } from '../../src/flows/deliver/claim.js';
import { markAbandoned } from '../../src/flows/deliver/mark-abandoned.js';
import { reportUndelivered } from '../../src/flows/deliver/report-undelivered.js';
import { type AttemptResult, sendAlert } from '../../src/flows/deliver/send-alert.js';
import { settleAttempts } from '../../src/flows/deliver/settle.js';
import { settleUnknown } from '../../src/flows/deliver/settle-unknown.js';
import { holdAlerts, releaseForgotten, resumeAlerts } from '../../src/flows/hold.js';
import type { House } from '../../src/flows/house.js';
import { receiveReceipts } from '../../src/flows/receive-receipts.js';
import type { OutboxAlert } from '../../src/store/outbox.js';
import type { CreatedDatabase } from '../support/databases.js';
import { type Agenda, createAgenda } from './agenda.js';
import { draw } from './draw.js';
import { createKiller, Killed, type Killer, type Point } from './killer.js';
import { ATTEMPT_MS, type OpenHouse, openHouseOn } from './open-house.js';
import { HOUR, holdsOf, MINUTE, type Plan, type PlannedHold, SECOND, type Span } from './plan.js';
import { alertsOf, insertPlanned, type Person, type PlannedAlert, peopleOf, registerPeople } from './population.js';
import { createProviders, type News, type Providers, type Request } from './providers.js';

/** As the courier's own. */
const MOST_CLAIMED = 256;
/** Minutes; by then the lease of the attempt has lapsed, a tick has found it, and some deadlines have passed. */
const HANG = { from: 1, to: 40 };
/** Some ticks are rarer than others, as in the service. */
const SELDOM = 12;
/** The longest that anything may take to come to rest: a marketing text is retried for hours and in doubt for a day. */
const AFTERWARDS = 4 * 24 * HOUR;

type Entry =
  | { kind: 'alerts'; alerts: PlannedAlert[] }
  | { kind: 'leave'; life: number; claimed: ClaimedAlert }
  | { kind: 'answer'; life: number; result: AttemptResult; request?: Request }
  | { kind: 'news'; news: News }
  | { kind: 'hold' | 'resume'; hold: PlannedHold }
  | { kind: 'tick'; seldom: boolean }
  | { kind: 'look' };

/** What happened, as the world and the driver saw it. */
export interface Week {
  plan: Plan;
  people: Person[];
  alerts: PlannedAlert[];
  providers: Providers;
  /** Requests whose answers were recorded, in the order of recording. */
  settled: Set<Request>;
  /** Claimed by a process that died before it made the request, or hung for so long that it made none. */
  neverRequested: Map<string, number>;
  /** Receipts that were handed over. */
  heard: News[];
  downs: Span[];
  kills: readonly Point[];
  /** Of the last alert, or undefined where something never came to rest. */
  restedAt?: number;
  house: OpenHouse;
}

export async function runWeek(created: CreatedDatabase, plan: Plan): Promise<Week> {
  let now = plan.begin;
  let draws = 0;
  let life = 0;
  let unheard = 0;
  const agenda: Agenda<Entry> = createAgenda();
  const killer: Killer = createKiller(plan, () => now);
  const providers = createProviders(plan, {
    now: () => now,
    attemptMs: ATTEMPT_MS,
    hear: (at, news) => {
      unheard += 1;
      agenda.add(at < now + SECOND ? at : upTo(at, plan.looksEvery), { kind: 'news', news });
    },
  });
  const world = {
    now: () => {
      killer.check();
      return now;
    },
    random: () => draw(plan.seed, 'random', ++draws).next(),
    adapters: providers.named,
  };
  const people = peopleOf(plan);
  const alerts = alertsOf(plan, people);
  const week: Week = {
    ...{ plan, people, alerts, providers, settled: new Set(), neverRequested: new Map(), heard: [], downs: [] },
    kills: killer.kills,
    house: await openHouseOn(created, world),
  };
  await registerPeople(week.house.house, people, plan.begin);
  schedule(agenda, plan, alerts);
  let underWay = new Map<string, number>();
  let claims: Claims = { agenda, killer, underWay, life };

  for (let pending: Entry[] = []; ; ) {
    const next = agenda.nextAt();
    if (next === undefined) return week;
    now = Math.max(now, next);
    const due = agenda.takeUntil(now);
    unheard -= due.filter(({ kind }) => kind === 'news').length;
    pending.push(...due);
    try {
      while (pending.length > 0) await live(week, pending, claims, now);
      if (unheard === 0 && now > endOf(plan) && (await isAtRest(week.house.house))) return { ...week, restedAt: now };
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      // What the dead process had taken up is lost or comes again, as each sender does it.
      const from = now;
      now += draw(plan.seed, 'down', killer.kills.length).between(5, 180) * SECOND;
      week.downs.push({ from, to: now });
      life += 1;
      underWay = new Map();
      claims = { agenda, killer, underWay, life };
      for (const entry of pending) if (entry.kind === 'leave') noteUnrequested(week, entry.claimed);
      pending = pending.filter(({ kind }) => kind !== 'answer' && kind !== 'leave');
      await week.house.close();
      week.house = await openHouseOn(created, world);
    }
  }
}

function endOf({ begin, hours }: Plan): number {
  return begin + hours * HOUR;
}

interface Claims {
  agenda: Agenda<Entry>;
  killer: Killer;
  /** Requests under way, by provider. */
  underWay: Map<string, number>;
  /** Which process this is. */
  life: number;
}

function schedule(agenda: Agenda<Entry>, plan: Plan, alerts: readonly PlannedAlert[]): void {
  const end = endOf(plan);
  const batches = new Map<number, PlannedAlert[]>();
  for (const alert of alerts) {
    const batch = batches.get(alert.at) ?? [];
    batches.set(alert.at, batch);
    batch.push(alert);
  }
  for (const [at, batch] of batches) agenda.add(at, { kind: 'alerts', alerts: batch });
  for (const hold of holdsOf(plan)) {
    agenda.add(hold.from, { kind: 'hold', hold });
    agenda.add(hold.to, { kind: 'resume', hold });
  }
  let nth = 0;
  for (let at = plan.begin; at <= end; at += plan.ticksEvery)
    agenda.add(at, { kind: 'tick', seldom: nth++ % SELDOM === 0 });
  // A tick is a look as well.
  for (let at = plan.begin; at <= end; at += plan.looksEvery) {
    if ((at - plan.begin) % plan.ticksEvery !== 0) agenda.add(at, { kind: 'look' });
  }
  for (let at = end; at <= end + AFTERWARDS; at += 10 * MINUTE) agenda.add(at, { kind: 'tick', seldom: true });
}

/** Does what is due; each thing is taken from `pending` only once it is done. */
async function live(week: Week, pending: Entry[], claims: Claims, now: number): Promise<void> {
  const { house } = week.house;
  const kind = pending[0]?.kind;
  const same = pending.findIndex((entry) => entry.kind !== kind);
  const group = pending.slice(0, same < 0 ? pending.length : same);
  for (const entry of group) if (entry.kind === 'alerts') await insertPlanned(house, entry.alerts, now);
  if (kind === 'alerts') pending.splice(0, group.length);
  await hear(week, group, claims.killer);
  await settle(week, group, claims);
  if (kind === 'leave') await wakeUp(week, pending, group.length, claims);
  for (const entry of group) {
    if (entry.kind === 'hold') await holdAlerts(house, operator(entry.hold));
    if (entry.kind === 'resume') await resumeAlerts(house, operator(entry.hold));
  }
  for (const entry of group) if (entry.kind === 'tick') await tick(house, claims.killer, entry.seldom);
  if (kind !== 'alerts' && kind !== 'leave') pending.splice(0, group.length);
  if (kind !== 'news') await claimAll(week, claims);
}

function operator({ scope, value }: PlannedHold) {
  return { scope, value, reason: 'a drill', actor: 'operator' };
}

async function hear(week: Week, group: readonly Entry[], killer: Killer): Promise<void> {
  const news = group.flatMap((entry) => (entry.kind === 'news' ? entry.news : []));
  for (const provider of new Set(news.map((one) => one.provider))) {
    const own = news.filter((one) => one.provider === provider);
    killer.arm('in-receipts');
    const receipts = own.map(({ receipt }) => receipt);
    await receiveReceipts(week.house.house, provider, receipts);
    killer.disarm();
    week.heard.push(...own);
  }
}

async function settle(week: Week, group: readonly Entry[], { killer, underWay, life }: Claims): Promise<void> {
  const answers = group.flatMap((entry) => (entry.kind === 'answer' && entry.life === life ? entry : []));
  if (answers.length === 0) return;
  killer.pass('answered');
  killer.arm('in-settle');
  const results = answers.map(({ result, request }) => ({ ...result, endedAt: request?.answersAt ?? result.endedAt }));
  await settleAttempts(week.house.house, results);
  killer.disarm();
  for (const { request, result } of answers) {
    if (request !== undefined) week.settled.add(request);
    count(underWay, result.claimed.adapter, -1);
  }
  killer.pass('settled');
}

async function tick(house: House, killer: Killer, seldom: boolean): Promise<void> {
  await markAbandoned(house);
  killer.arm('in-look-up');
  await settleUnknown(house);
  killer.disarm();
  if (!seldom) return;
  await reportUndelivered(house);
  await releaseForgotten(house);
}

/** As the courier does, until nothing moves any more. */
async function claimAll(week: Week, claims: Claims): Promise<void> {
  const { agenda, killer, underWay, life } = claims;
  const { house } = week.house;
  for (;;) {
    killer.arm('in-claim');
    const { leaving, moved } = await claimAlerts(house, `courier-${life}`, MOST_CLAIMED, underWay);
    killer.disarm();
    let made = 0;
    try {
      if (leaving.length > 0) killer.pass('claimed');
      for (const claimed of leaving) {
        if (made > 0 && made * 2 >= leaving.length) killer.pass('requested-some');
        count(underWay, claimed.adapter, 1);
        const stall = stallOf(week.plan, claimed.alert);
        made += 1;
        if (stall === 0) await leave(week, claims, claimed);
        else agenda.add(house.now() + stall, { kind: 'leave', life, claimed });
      }
    } finally {
      for (const claimed of leaving.slice(made)) noteUnrequested(week, claimed);
    }
    if (moved === 0) return;
  }
}

/** Makes the request, unless our own code finds that it is too late for it. */
async function leave(week: Week, { agenda, life }: Claims, claimed: ClaimedAlert): Promise<void> {
  const { house } = week.house;
  const { alertId } = claimed.alert;
  const before = week.providers.requests.get(alertId)?.length ?? 0;
  const result = await sendAlert(house, claimed);
  const request = week.providers.requests.get(alertId)?.[before];
  if (request === undefined) noteUnrequested(week, claimed);
  const answersAt = request?.answersAt ?? house.now();
  agenda.add(answersAt + hangOf(week.plan, claimed.alert), { kind: 'answer', life, result, request });
}

/** The process goes on after it hung between its claim and the request. */
async function wakeUp(week: Week, pending: Entry[], entries: number, claims: Claims): Promise<void> {
  for (let done = 0; done < entries; done++) {
    const entry = pending.shift();
    if (entry?.kind !== 'leave') continue;
    if (entry.life === claims.life) await leave(week, claims, entry.claimed);
    else noteUnrequested(week, entry.claimed);
  }
}

function noteUnrequested({ neverRequested }: Week, { alert: { alertId } }: ClaimedAlert): void {
  count(neverRequested, alertId, 1);
}

function count(counts: Map<string, number>, name: string, by: number): void {
  counts.set(name, (counts.get(name) ?? 0) + by);
}

/** How long the process hangs before the request, milliseconds: a moment, or longer than it may. */
function stallOf({ seed, stalls }: Plan, { alertId, steps }: OutboxAlert): number {
  const chance = draw(seed, 'stalls', alertId, steps);
  if (chance.next() >= stalls) return 0;
  return chance.next() < 0.3 ? SECOND : chance.between(3, 300) * SECOND;
}

/** How long the answer is kept from being recorded, milliseconds. */
function hangOf({ seed, hangs }: Plan, { alertId, steps }: OutboxAlert): number {
  if (draw(seed, 'hangs', alertId).next() >= hangs) return 0;
  return draw(seed, 'hang', alertId, steps).between(HANG.from, HANG.to) * MINUTE;
}

/** Nothing waits, nothing is under way, nothing is to be looked into. */
async function isAtRest({ vault: { database } }: House): Promise<boolean> {
  const alerts = () => database.knex(database.table('alerts'));
  const waiting = await alerts().whereIn('status', ['queued', 'held', 'deferred', 'sending']).first('alert_id');
  if (waiting !== undefined) return false;
  return (await alerts().whereNotNull('check_at').first('alert_id')) === undefined;
}

function upTo(at: number, step: number): number {
  return Math.ceil(at / step) * step;
}
