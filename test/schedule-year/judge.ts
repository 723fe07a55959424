/** Holds what the phones got against what was to be told. Every mistake is a sentence; there must be none. */
import { alertOf, openText } from '../../src/store/outbox-alert.js';
import { expectedIn, type Told } from './expected.js';
import type { Taken } from './gateway.js';
import { alertsByStatus, silentDecisions } from './rows.js';
import type { Year } from './run-year.js';
import { afterDown, DAY, MINUTE } from './world.js';

/** What a process had claimed when it died leaves so much later at most, or never where its time is over. */
const LATE_BY_DEATH = 12 * MINUTE;

export interface Judgement {
  mistakes: string[];
  /** Messages by the first word of their text. */
  told: Record<string, number>;
  /** Those that a death delayed, and those whose time was over then. */
  delayed: number;
  given: number;
  /** Decisions that told nobody, by rule and reason; alerts by their end. */
  silent: Record<string, number>;
  ends: Record<string, number>;
}

export async function judge(year: Year): Promise<Judgement> {
  const { world, gateway, interrupted, replica } = year;
  const ids = new Map(world.people.map(({ id, phone }) => [phone, id]));
  const taken = new Map<string, Taken[]>();
  const told: Record<string, number> = {};
  for (const message of gateway.taken) {
    const id = ids.get(message.to) ?? 'nobody';
    const own = taken.get(id) ?? [];
    taken.set(id, own);
    own.push(message);
    const word = message.text.split(/[ -]/)[0] ?? '';
    told[word] = (told[word] ?? 0) + 1;
  }
  const mistakes = doubled(gateway.taken);
  const never = await neverSent(year);
  let [delayed, given] = [0, 0];
  for (const [id, expected] of expectedIn(world)) {
    const got = taken.get(id) ?? [];
    taken.delete(id);
    const { missing, surplus } = difference(expected, got);
    for (const one of missing) {
      const late = surplus.findIndex((other) => interrupted.has(other.alertId) && isLate(one, other, year));
      const lost = never.indexOf(`${id} ${one.text}`);
      if (late >= 0) {
        surplus.splice(late, 1);
        delayed += 1;
      } else if (lost >= 0) {
        never.splice(lost, 1);
        given += 1;
      } else if (one.at < world.to - DAY || !isOpenEnded(one)) {
        mistakes.push(`${id} was not told "${one.text}" at ${timeOf(one.at)}`);
      }
    }
    for (const one of surplus) mistakes.push(`${id} was told "${one.text}" at ${timeOf(one.at)}`);
  }
  for (const id of taken.keys()) mistakes.push(`${id} was told something`);
  const { database } = replica.home;
  return {
    mistakes,
    told,
    delayed,
    given,
    silent: await silentDecisions(database),
    ends: await alertsByStatus(database),
  };
}

function doubled(taken: readonly Taken[]): string[] {
  const seen = new Set<string>();
  return taken.flatMap(({ alertId }) => {
    if (seen.has(alertId)) return [`${alertId} was sent twice`];
    seen.add(alertId);
    return [];
  });
}

/** By text and second, but for what takes longer. */
function difference(expected: readonly Told[], got: readonly Taken[]): { missing: Told[]; surplus: Taken[] } {
  const waiting = new Map<string, Told[]>();
  for (const one of expected) {
    const name = `${one.text} ${one.at}`;
    waiting.set(name, [...(waiting.get(name) ?? []), one]);
  }
  const exact = got.filter((one) => waiting.get(`${one.text} ${one.at}`)?.pop() === undefined);
  const missing = [...waiting.values()].flat();
  const surplus = exact.filter((one) => {
    const index = missing.findIndex(({ text, at, takes = 0 }) => {
      return text === one.text && at <= one.at && one.at <= at + takes;
    });
    if (index >= 0) missing.splice(index, 1);
    return index < 0;
  });
  return { missing, surplus };
}

function isLate(planned: Told, actual: Taken, { world }: Year): boolean {
  const latest = afterDown(planned.at + LATE_BY_DEATH, world.downs) + LATE_BY_DEATH;
  return planned.text === actual.text && actual.at > planned.at && actual.at < Math.min(latest, planned.until);
}

/** Customer and text of what was interrupted and never left. */
async function neverSent({ gateway, interrupted, replica }: Year): Promise<string[]> {
  const { database, house } = replica.home;
  const ids = [...interrupted].filter((id) => !gateway.took(id));
  const rows = ids.length === 0 ? [] : await database.knex(database.table('alerts')).whereIn('alert_id', ids);
  const alerts = rows.map(alertOf);
  const subjects = alerts.map(({ customerId }) => `default/customer:${customerId}`);
  const keys = await house.vault.keys.find(database.knex, subjects);
  return alerts.flatMap((alert, index) => {
    const key = keys.get(subjects[index] ?? '');
    return key === undefined ? [] : [`${alert.customerId} ${openText(alert, key)}`];
  });
}

function isOpenEnded({ until }: Told): boolean {
  return !Number.isFinite(until);
}

function timeOf(at: number): string {
  return new Date(at).toISOString().slice(0, 19);
}
