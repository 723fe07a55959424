/** Stored events: what was committed, in which order, and the proof of how completely each was decided. */
import type { Knex } from 'knex';
import type { DecisionCounts } from '../contracts/decision.js';
import type { LedgerEvent } from '../contracts/event.js';
import { parseEvent } from '../core/event/parse-event.js';
import { sha256 } from './crypto/digest.js';
import { subjectHash } from './crypto/subject-hash.js';
import type { SubjectKey } from './crypto/subject-key.js';
import type { Database } from './database.js';
import { insertRows } from './insert-rows.js';
import { selectIn } from './select-in.js';

/** SHA-256 over entity, source and id, each with its length before it, so that no two triples run together. */
export function eventKey({ entity, source, id }: Pick<LedgerEvent, 'entity' | 'source' | 'id'>): Buffer {
  return sha256(withLength(entity) + withLength(source) + withLength(id));
}

function withLength(part: string): string {
  return `${Buffer.byteLength(part)}:${part}`;
}

/** Whose data an event's is: the profile it writes, within its entity. */
export function eventSubject(event: Pick<LedgerEvent, 'entity' | 'profile'>): string {
  return `${event.entity}/${event.profile}`;
}

export interface EventToStore {
  event: LedgerEvent;
  /** `eventSubject` of it. */
  subject: string;
  key: Buffer;
  /** The key in hexadecimal digits. */
  keyText: string;
  mac: Buffer;
  /** Canonical text of type, time, entity and data. */
  content: string;
  sequence: number;
  counts: DecisionCounts;
  subjectKey: SubjectKey;
}

export interface StoredEvent {
  key: Buffer;
  event: LedgerEvent;
  sequence: number;
  receivedAt: number;
  decidedAt: number;
  ruleSet: string;
  counts: DecisionCounts;
}

const COLUMNS = [
  'event_key',
  'entity',
  'source',
  'event_id',
  'type',
  'time',
  'received_at',
  'decided_at',
  'profile_hash',
  'sequence',
  'body',
  'body_mac',
  'rule_set',
  'learn',
  'active',
  'evaluated',
  'held',
  'failed',
] as const;

/** `at` is when they were received and decided, epoch milliseconds. */
export async function insertEvents(
  database: Database,
  trx: Knex.Transaction,
  events: readonly EventToStore[],
  ruleSet: string,
  at: number,
): Promise<void> {
  const rows = events.map(({ event, subject, key, keyText, mac, content, sequence, counts, subjectKey }) => [
    key,
    event.entity,
    event.source,
    event.id,
    event.type,
    event.time,
    at,
    at,
    subjectHash(subject),
    sequence,
    subjectKey.seal(content, bodyContext(keyText)),
    mac,
    ruleSet,
    event.learn ? 1 : 0,
    counts.active,
    counts.evaluated,
    counts.held,
    counts.failed,
  ]);
  await insertRows(database, trx, 'events', COLUMNS, rows);
}

/** MySQL's number for a duplicate key. */
const ER_DUP_ENTRY = 1062;

/**
 * Whether an insert failed because another process stored one of the events in the meantime: both looked before either had
 * committed. Looked for again, it is found.
 */
export function isStoredMeanwhile(database: Database, error: unknown): boolean {
  const { errno, sqlMessage } = (error ?? {}) as { errno?: unknown; sqlMessage?: unknown };
  return errno === ER_DUP_ENTRY && String(sqlMessage).endsWith(`${database.table('events')}_event_key_uq'`);
}

/** Body marks of those of these events that are stored already, by key in hexadecimal digits. */
export async function findStored(database: Database, trx: Knex, keys: readonly Buffer[]): Promise<Map<string, Buffer>> {
  const rows = await selectIn<{ event_key: Buffer; body_mac: Buffer }>(
    database,
    trx,
    { sql: (list) => `select event_key, body_mac from ${database.table('events')} where event_key in ${list}` },
    keys.map((key) => [key]),
  );
  return new Map(rows.map((row) => [row.event_key.toString('hex'), row.body_mac]));
}

interface EventRow {
  event_key: Buffer;
  entity: string;
  source: string;
  event_id: string;
  type: string;
  time: number;
  received_at: number;
  decided_at: number;
  sequence: number;
  body: Buffer;
  rule_set: string;
  learn: number;
  active: number;
  evaluated: number;
  held: number;
  failed: number;
}

/** A profile's events in commit order, from after `afterSequence` on; at most `limit` of them. */
export async function readEventsOf(
  database: Database,
  trx: Knex,
  subject: string,
  key: SubjectKey,
  page: { afterSequence: number; limit: number; before?: number },
): Promise<StoredEvent[]> {
  const query = trx<EventRow>(database.table('events'))
    .where('profile_hash', subjectHash(subject))
    .where('sequence', '>', page.afterSequence)
    .orderBy('sequence')
    .limit(page.limit);
  if (page.before !== undefined) query.where('sequence', '<', page.before);
  const rows: EventRow[] = await query;
  return rows.map((row) => openEvent(row, key));
}

export interface EventHead {
  key: Buffer;
  entity: string;
  source: string;
  id: string;
  profileHash: Buffer;
  sequence: number;
  type: string;
  time: number;
  receivedAt: number;
  ruleSet: string;
  counts: DecisionCounts;
}

/** What is known of one event without opening it. */
export async function findEventHead(database: Database, trx: Knex, key: Buffer): Promise<EventHead | undefined> {
  const row = await trx<EventRow & { profile_hash: Buffer }>(database.table('events')).where('event_key', key).first();
  if (row === undefined) return undefined;
  return {
    key,
    entity: row.entity,
    source: row.source,
    id: row.event_id,
    profileHash: row.profile_hash,
    sequence: Number(row.sequence),
    type: row.type,
    time: Number(row.time),
    receivedAt: Number(row.received_at),
    ruleSet: row.rule_set,
    counts: countsOf(row),
  };
}

/** Profiles that have events received before a time, and the last of those events. */
export async function findPurgeable(
  database: Database,
  trx: Knex,
  { receivedBefore, except, limit }: { receivedBefore: number; except: readonly Buffer[]; limit: number },
): Promise<{ profileHash: Buffer; upTo: number }[]> {
  const rows: { profile_hash: Buffer; up_to: number }[] = await trx(database.table('events'))
    .select({ profile_hash: 'profile_hash', up_to: trx.raw('max(sequence)') })
    .where('received_at', '<', receivedBefore)
    .whereNotIn('profile_hash', [...except])
    .groupBy('profile_hash')
    .limit(limit);
  return rows.map((row) => ({ profileHash: row.profile_hash, upTo: Number(row.up_to) }));
}

export async function deleteEventsUpTo(
  database: Database,
  trx: Knex.Transaction,
  profileHash: Buffer,
  sequence: number,
): Promise<number> {
  return trx(database.table('events')).where('profile_hash', profileHash).where('sequence', '<=', sequence).delete();
}

/** Opens one stored event. */
export async function readEvent(
  database: Database,
  trx: Knex,
  key: Buffer,
  subjectKey: SubjectKey,
): Promise<StoredEvent | undefined> {
  const row = await trx<EventRow>(database.table('events')).where('event_key', key).first();
  return row === undefined ? undefined : openEvent(row, subjectKey);
}

/**
 * Opens stored events, by key in hexadecimal digits, with the keys that `find` gives for their subjects. Those that were purged
 * or erased are left out.
 */
export async function readEventsByKey(
  database: Database,
  trx: Knex,
  eventKeys: readonly Buffer[],
  find: (subjects: string[]) => Promise<ReadonlyMap<string, SubjectKey>>,
): Promise<Map<string, StoredEvent>> {
  const sql = (list: string) =>
    `select e.*, p.subject from ${database.table('events')} e
     join ${database.table('profiles')} p on p.profile_hash = e.profile_hash
     where e.event_key in ${list}`;
  const rows = await selectIn<EventRow & { subject: string }>(
    database,
    trx,
    { sql },
    eventKeys.map((key) => [key]),
  );
  const keys = await find([...new Set(rows.map(({ subject }) => subject))]);
  const opened = rows.flatMap((row) => {
    const key = keys.get(row.subject);
    return key === undefined || key.destroyed ? [] : [openEvent(row, key)];
  });
  return new Map(opened.map((event) => [event.key.toString('hex'), event]));
}

function openEvent(row: EventRow, key: SubjectKey): StoredEvent {
  const content = JSON.parse(key.open(row.body, bodyContext(row.event_key.toString('hex'))).toString());
  const event = parseEvent(
    {
      specversion: '1.0',
      id: row.event_id,
      source: row.source,
      type: row.type,
      time: new Date(Number(row.time)).toISOString(),
      entity: row.entity,
      learn: row.learn === 1,
      data: content.data,
    },
    { now: Number(row.time), futureToleranceMs: 0, origin: 'inside' },
  );
  return {
    key: row.event_key,
    event,
    sequence: Number(row.sequence),
    receivedAt: Number(row.received_at),
    decidedAt: Number(row.decided_at),
    ruleSet: row.rule_set,
    counts: countsOf(row),
  };
}

function countsOf({ active, evaluated, held, failed }: EventRow): DecisionCounts {
  return { active, evaluated, held, failed };
}

function bodyContext(keyText: string): string {
  return `event/${keyText}`;
}
