/**
 * What was stopped by SMS, by number and entity: the blind index of the number, and never the number or a customer, so that a
 * STOP outlives the erasure of whoever sent it and holds for everybody who shares the number. A row is a period.
 */
import type { Knex } from 'knex';
import type { Database } from './database.js';
import { markRegistryChanged } from './registry-memory.js';
import { selectIn } from './select-in.js';

/** Which number of which entity. */
export interface StopName {
  entity: string;
  phoneIndex: Buffer;
}

export interface StopPeriod {
  /** A topic, or a word that stands for many: `*marketing`, `*opt-out`. */
  topic: string;
  /** Epoch milliseconds. */
  since: number;
  until?: number;
  /** Where it came from, for example `sms:kannel`. */
  how: string;
}

interface StopRow {
  topic: string;
  since: number;
  until: number | null;
  how: string;
}

/** Returns false where it was stopped already. The caller holds the lock of the number. */
export async function startStop(
  database: Database,
  trx: Knex.Transaction,
  { entity, phoneIndex }: StopName,
  period: Pick<StopPeriod, 'topic' | 'since' | 'how'>,
): Promise<boolean> {
  const name = { entity, phone_index: phoneIndex, topic: period.topic };
  const table = database.table('stops');
  if ((await trx(table).where(name).whereNull('until').first('row_id')) !== undefined) return false;
  await trx(table).insert({ ...name, since: period.since, until: null, how: period.how });
  await markRegistryChanged(database, trx);
  return true;
}

/** Ends every STOP of the number that still holds. Returns how many there were. */
export async function endStops(
  database: Database,
  trx: Knex.Transaction,
  { entity, phoneIndex }: StopName,
  at: number,
): Promise<number> {
  const ended = await trx(database.table('stops'))
    .where({ entity, phone_index: phoneIndex })
    .whereNull('until')
    .update({ until: at });
  if (ended > 0) await markRegistryChanged(database, trx);
  return ended;
}

/** Every period of every number that the customer has or had, oldest first. */
export async function stopsOfCustomer(
  database: Database,
  trx: Knex,
  entity: string,
  customerId: string,
): Promise<StopPeriod[]> {
  const numbers = trx(database.table('phones')).where({ entity, customer_id: customerId }).select('phone_index');
  const rows: StopRow[] = await trx(database.table('stops'))
    .where({ entity })
    .whereIn('phone_index', numbers)
    .orderBy('row_id');
  return rows.map(({ topic, since, until, how }) => ({
    topic,
    since: Number(since),
    how,
    ...(until === null ? {} : { until: Number(until) }),
  }));
}

/** The topics that a STOP holds now, separated by commas, as a column beside a row of `phones`. @param phones its alias */
export function stopsOfPhone(database: Database, phones: string): string {
  return `(select group_concat(s.topic) from ${database.table('stops')} s
         where s.entity = ${phones}.entity and s.phone_index = ${phones}.phone_index and s.\`until\` is null)`;
}

/** What was stopped at a moment, by customer and version of their phone: `2/1`. */
export async function stopsAt(
  database: Database,
  trx: Knex,
  entity: string,
  customerIds: readonly string[],
  at: number,
): Promise<Map<string, string[]>> {
  const rows = await selectIn<{ customer_id: string; version: number; topic: string }>(
    database,
    trx,
    {
      sql: (list) =>
        `select f.customer_id, f.version, s.topic from ${database.table('phones')} f
         join ${database.table('stops')} s on s.entity = f.entity and s.phone_index = f.phone_index
         where f.entity = ? and s.since <= ? and (s.\`until\` is null or s.\`until\` > ?) and f.customer_id in ${list}
         order by s.row_id`,
      before: [entity, at, at],
    },
    customerIds.map((id) => [id]),
  );
  const stops = new Map<string, string[]>();
  for (const { customer_id, version, topic } of rows) {
    const name = `${customer_id}/${version}`;
    stops.set(name, [...(stops.get(name) ?? []), topic]);
  }
  return stops;
}
