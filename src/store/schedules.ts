/**
 * What comes by the calendar: a row for each thing that will be due, found through an index on when to look at it. A look
 * decides what that is; several replicas may look at the same row.
 */
import { hash } from 'node:crypto';
import type { Knex } from 'knex';
import { openJson, sealJson } from './crypto/sealed-json.js';
import { subjectHash } from './crypto/subject-hash.js';
import type { SubjectKey } from './crypto/subject-key.js';
import type { Database } from './database.js';
import { updateRows } from './update-rows.js';

export type ScheduleKind = 'payment' | 'digest' | 'tip';

export interface ScheduleToPlan<Detail extends object = object> {
  kind: ScheduleKind;
  /** `default/customer:2` */
  subject: string;
  /** Tells it from the subject's others of its kind. */
  name: readonly string[];
  /** What it is about, where its subject does not say everything. */
  detail?: Detail;
  /** When to look at it, epoch milliseconds. */
  dueAt: number;
  /** Needed where there is a detail. */
  key?: SubjectKey;
}

export interface Schedule {
  scheduleKey: Buffer;
  subject: string;
  dueAt: number;
  /** How far it was dealt with; absent before the first look. */
  mark?: number;
  sealedDetail: Buffer;
}

interface Row {
  schedule_key: Buffer;
  subject: string;
  due_at: number;
  mark: number | null;
  detail: Buffer;
}

/** SQLite limits how many rows one INSERT of Knex's may have. */
const ROWS_A_STATEMENT = 100;
const NOTHING = Buffer.alloc(0);

/** One that is planned already stays as it is. */
export async function planSchedules(
  database: Database,
  trx: Knex.Transaction,
  schedules: readonly ScheduleToPlan[],
): Promise<void> {
  // Sorted, so that two that plan the same wait for each other instead of deadlocking.
  const rows = schedules.map(toRow).sort((a, b) => Buffer.compare(a.schedule_key, b.schedule_key));
  for (let start = 0; start < rows.length; start += ROWS_A_STATEMENT) {
    const some = rows.slice(start, start + ROWS_A_STATEMENT);
    await trx(database.table('schedules')).insert(some).onConflict('schedule_key').ignore();
  }
}

function toRow({ kind, subject, name, detail, dueAt, key }: ScheduleToPlan) {
  const scheduleKey = keyOf(kind, subject, name);
  return {
    schedule_key: scheduleKey,
    kind,
    profile_hash: subjectHash(subject),
    subject,
    due_at: dueAt,
    mark: null,
    detail: key === undefined || detail === undefined ? NOTHING : sealJson(key, detail, contextOf(scheduleKey)),
  };
}

/** The earliest first. */
export async function findDueSchedules(
  database: Database,
  trx: Knex,
  kind: ScheduleKind,
  { now, limit }: { now: number; limit: number },
): Promise<Schedule[]> {
  const rows: Row[] = await trx(database.table('schedules'))
    .select('schedule_key', 'subject', 'due_at', 'mark', 'detail')
    .where('kind', kind)
    .where('due_at', '<=', now)
    .orderBy('due_at')
    .limit(limit);
  return rows.map((row) => ({
    scheduleKey: row.schedule_key,
    subject: row.subject,
    dueAt: Number(row.due_at),
    ...(row.mark === null ? {} : { mark: Number(row.mark) }),
    sealedDetail: row.detail,
  }));
}

/** @throws LedgerbellError `erased`, `sealed-data-damaged` */
export function openDetail<Detail>({ scheduleKey, sealedDetail }: Schedule, key: SubjectKey): Detail {
  return openJson<Detail>(key, sealedDetail, contextOf(scheduleKey));
}

export interface Looked {
  schedule: Schedule;
  mark: number | undefined;
  /** Undefined: it is done, and removed. */
  next: number | undefined;
}

/** Notes what came of looks. A row that somebody else moved meanwhile is left as they left it. */
export async function noteLooks(database: Database, trx: Knex.Transaction, looks: readonly Looked[]): Promise<void> {
  const inOrder = [...looks].sort((a, b) => Buffer.compare(a.schedule.scheduleKey, b.schedule.scheduleKey));
  const moved = inOrder.filter(({ next }) => next !== undefined);
  const done = inOrder.filter(({ next }) => next === undefined);
  await updateRows(database, trx, {
    table: 'schedules',
    key: 'schedule_key',
    columns: ['due_at', 'mark'],
    rows: moved.map(({ schedule, next, mark }) => [schedule.scheduleKey, next, mark ?? null]),
    guard: { column: 'due_at', values: moved.map(({ schedule }) => schedule.dueAt) },
  });
  for (let start = 0; start < done.length; start += ROWS_A_STATEMENT) {
    const names = done
      .slice(start, start + ROWS_A_STATEMENT)
      .map(({ schedule }) => [schedule.scheduleKey, schedule.dueAt]);
    await trx(database.table('schedules')).whereIn(['schedule_key', 'due_at'], names).delete();
  }
}

/** Has what is planned for a subject looked at as soon as may be: something it was planned by has changed. */
export async function lookAgain(database: Database, trx: Knex, subject: string, now: number): Promise<void> {
  await trx(database.table('schedules'))
    .where('profile_hash', subjectHash(subject))
    .where('due_at', '>', now)
    .update({ due_at: now });
}

/** Forgets what was planned for subjects, and what they owe. */
export async function forgetSchedules(database: Database, trx: Knex, subjects: readonly string[]): Promise<void> {
  const hashes = subjects.map(subjectHash);
  await trx(database.table('schedules')).whereIn('profile_hash', hashes).delete();
  await trx(database.table('instalments')).whereIn('profile_hash', hashes).delete();
}

function keyOf(kind: ScheduleKind, subject: string, name: readonly string[]): Buffer {
  return hash('sha256', JSON.stringify([kind, subject, ...name]), 'buffer').subarray(0, 16);
}

function contextOf(scheduleKey: Buffer): string {
  return `schedule/${scheduleKey.toString('hex')}`;
}
