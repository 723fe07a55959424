/**
 * Judges the outbox after the week by what the providers took and by what we were told, and by nothing of our own code.
 * Every mistake is a sentence; there must be none.
 */
import type { Knex } from 'knex';
import type { AlertStatus } from '../../src/contracts/decision.js';
import { judgeTimes, type Times } from './judge-times.js';
import { LEAVES_WITHIN } from './open-house.js';
import { holdsOf } from './plan.js';
import type { PlannedAlert } from './population.js';
import type { Request } from './providers.js';
import type { Week } from './run-week.js';

interface Row {
  alert_id: string;
  status: AlertStatus;
  reason: string | null;
  attempts: number;
  resends: number;
  check_at: number | null;
}

interface Step {
  alert_id: string;
  number: number;
  adapter: string;
  outcome: string;
  code: string | null;
  at: number;
}

export interface Counts {
  requests: number;
  /** By a provider, whatever it answered. */
  taken: number;
  /** Requests whose answer nobody recorded. */
  lost: number;
  /** By policy, on doubt. */
  resent: number;
  /** Messages that a phone got once more than once. */
  twice: number;
  /** Ended before the first of two messages was heard of. */
  late: number;
  lookups: number;
}

export interface Judgement {
  mistakes: string[];
  outcomes: Record<string, number>;
  counts: Counts;
  times: Times;
}

/** What is known of one alert. */
interface Case {
  alert: PlannedAlert;
  row: Row;
  steps: Step[];
  requests: readonly Request[];
  recorded: readonly Request[];
  /** Receipts' states that name it beyond doubt, and all that were told. */
  told: ReadonlySet<string>;
  hinted: ReadonlySet<string>;
}

export async function judge(week: Week): Promise<Judgement> {
  const { database } = week.house.house.vault;
  const rows = new Map<string, Row>();
  const mistakes: string[] = week.restedAt === undefined ? ['something never came to rest'] : [];
  for (const row of await rowsOf<Row>(database.knex, database.table('alerts'), [
    'alert_id',
    'status',
    'reason',
    'attempts',
    'resends',
    'check_at',
  ]))
    rows.set(row.alert_id, row);
  const columns = ['alert_id', 'number', 'adapter', 'outcome', 'code', 'at'];
  const steps = new Map<string, Step[]>();
  for (const step of await rowsOf<Step>(database.knex, database.table('attempts'), columns)) {
    const own = steps.get(step.alert_id) ?? [];
    steps.set(step.alert_id, own);
    own.push({ ...step, at: Number(step.at) });
  }
  const { told, hinted } = newsOf(week);
  if (rows.size !== week.alerts.length) mistakes.push(`${week.alerts.length} alerts became ${rows.size} rows`);
  const counts: Counts = {
    requests: 0,
    taken: 0,
    lost: 0,
    resent: 0,
    twice: 0,
    late: 0,
    lookups: week.providers.lookups,
  };
  const outcomes: Record<string, number> = {};
  for (const alert of week.alerts) {
    const row = rows.get(alert.alertId);
    if (row === undefined) {
      mistakes.push(`${alert.alertId}: it is gone`);
      continue;
    }
    const requests = week.providers.requests.get(alert.alertId) ?? [];
    const recorded = requests.filter((request) => week.settled.has(request));
    const one: Case = {
      ...{ alert, row, requests, recorded },
      steps: (steps.get(alert.alertId) ?? []).sort((a, b) => a.number - b.number),
      told: told.get(alert.alertId) ?? new Set(),
      hinted: hinted.get(alert.alertId) ?? new Set(),
    };
    const name = `${alert.lane} ${row.status}`;
    outcomes[name] = (outcomes[name] ?? 0) + 1;
    counts.requests += requests.length;
    counts.taken += requests.filter(({ taken }) => taken).length;
    counts.lost += requests.length - recorded.length;
    counts.resent += one.row.resends;
    counts.twice += Math.max(0, requests.filter(({ taken }) => taken).length - 1);
    counts.late += isOvertaken(one) ? 1 : 0;
    const found = [...ending(one, week), ...sendings(one), ...trace(one, week)];
    mistakes.push(...found.map((mistake) => `${alert.alertId} (${name}): ${mistake}`));
  }
  mistakes.push(...holdsKept(week));
  const times = judgeTimes(week);
  return { mistakes: [...mistakes, ...times.mistakes], outcomes, counts, times };
}

function rowsOf<T>(knex: Knex, table: string, columns: readonly string[]): Promise<T[]> {
  return knex(table).select([...columns]) as unknown as Promise<T[]>;
}

/** A receipt that names the message by the provider's id alone counts for certain where we had recorded that id. */
function newsOf(week: Week) {
  const byId = new Map<string, Request>();
  for (const request of [...week.providers.requests.values()].flat()) byId.set(request.providerId, request);
  const told = new Map<string, Set<string>>();
  const hinted = new Map<string, Set<string>>();
  const note = (map: Map<string, Set<string>>, alertId: string, state: string) =>
    map.set(alertId, (map.get(alertId) ?? new Set()).add(state));
  for (const { receipt } of week.heard) {
    const request = byId.get(receipt.providerId ?? '');
    const alertId = receipt.alertId ?? request?.message.alertId;
    if (alertId === undefined) throw new Error('a receipt of nothing');
    note(hinted, alertId, receipt.state);
    const isRecorded = request?.outcome.status === 'accepted' && week.settled.has(request);
    if (receipt.alertId !== undefined || isRecorded) note(told, alertId, receipt.state);
  }
  for (const [alertId, states] of week.providers.toldByLookup) for (const state of states) note(hinted, alertId, state);
  return { told, hinted };
}

/** The end agrees with what the providers saw and said. */
function ending(one: Case, { neverRequested }: Week): string[] {
  const { row, told, hinted, recorded, requests, alert } = one;
  const accepted = recorded.some(({ outcome }) => outcome.status === 'accepted');
  const refused = recorded.some(({ outcome }) => outcome.status === 'rejected');
  const wasEnded = told.has('delivered') || told.has('failed');
  const mistakes: string[] = [];
  const must = (holds: boolean, mistake: string) => {
    if (!holds) mistakes.push(mistake);
  };
  if (wasEnded) must(told.has(row.status) || isOvertaken(one), `receipts said ${[...told].join(' and ')}`);
  if (accepted) must(['accepted', 'delivered', 'failed'].includes(row.status), 'a provider accepted it');
  switch (row.status) {
    case 'delivered':
      must(hinted.has('delivered'), 'nobody said that it was delivered');
      break;
    case 'failed':
      must(hinted.has('failed') || refused, 'nobody refused it');
      break;
    case 'accepted':
      must(accepted || hinted.has('accepted'), 'nobody accepted it');
      break;
    case 'unknown':
      must(row.reason === 'no-word', 'nobody gave it up');
      must(row.check_at === null, 'it is still looked into');
      must(
        row.attempts > recorded.length || recorded.some(({ outcome }) => outcome.status === 'unknown'),
        'every request of it was answered',
      );
      break;
    case 'expired':
      must(alert.expiresAt !== undefined, 'it never expires');
      break;
    case 'dead':
      must(requests.length > 0 || neverRequested.has(alert.alertId), 'nothing was tried');
      break;
    default:
      mistakes.push('this is no end');
  }
  return mistakes;
}

/** It was sent again on doubt and came to its end before the first message was heard of. */
function isOvertaken({ row, told }: Case): boolean {
  return row.resends > 0 && !told.has(row.status) && row.status === 'failed';
}

/** No phone got it twice, but where it was resent on purpose; nothing left after its end. */
function sendings({ requests, row, steps, alert }: Case): string[] {
  const mistakes: string[] = [];
  const taken = requests.filter(({ taken }) => taken).length;
  const resent = steps.filter(({ outcome }) => outcome === 'deadline-resend').length;
  if (resent !== row.resends) mistakes.push(`${row.resends} times resent, but ${resent} in its trace`);
  if (taken > 1 + resent) mistakes.push(`a phone got it ${taken} times, and it was resent ${resent} times`);
  for (const { at, message } of requests) {
    if (at >= (alert.expiresAt ?? Number.POSITIVE_INFINITY)) mistakes.push('it left after its expiry');
    if (message.to !== alert.person.phone) mistakes.push('it went to another number');
    if (at < alert.at) mistakes.push('it left before it was made');
  }
  return mistakes;
}

/** Each recorded request is one row, and nothing else is; every attempt that was begun is counted. */
function trace({ steps, recorded, requests, row, alert }: Case, week: Week): string[] {
  const isAttempt = ({ outcome, adapter }: Step) =>
    adapter !== 'none' && ['accepted', 'rejected', 'retryable', 'unknown'].includes(outcome);
  const rows = steps.filter(isAttempt).map((step) => `${step.at} ${step.adapter} ${step.outcome} ${step.code ?? ''}`);
  const truth = recorded.map(({ at, provider, outcome }) => {
    return `${at} ${provider} ${outcome.status} ${'code' in outcome ? outcome.code : ''}`;
  });
  const mistakes: string[] = [];
  if (rows.sort().join() !== truth.sort().join()) mistakes.push(`trace ${rows.join()} but was ${truth.join()}`);
  const begun = requests.length + (week.neverRequested.get(alert.alertId) ?? 0);
  if (begun !== row.attempts) mistakes.push(`${row.attempts} attempts are counted, ${begun} were begun`);
  return mistakes;
}

function holdsKept({ plan, providers, downs }: Week): string[] {
  const mistakes: string[] = [];
  const requests = [...providers.requests.values()].flat();
  for (const { scope, value, from, to } of holdsOf(plan)) {
    // A process that was down when the operator spoke heard of it when it was back.
    const heard = downs.find((down) => down.from <= from && from <= down.to)?.to ?? from;
    const late = heard + LEAVES_WITHIN;
    const stopped = ({ provider, message }: Request) => (scope === 'lane' ? message.lane : provider) === value;
    const through = requests.filter((one) => stopped(one) && one.at > late && one.at < to);
    if (through.length > 0) mistakes.push(`${through.length} left while ${scope} ${value} was held`);
  }
  if (requests.some(({ at }) => at < plan.begin)) mistakes.push('something left before the week');
  return mistakes;
}
