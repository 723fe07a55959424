/**
 * What people and the system did, append-only: each row carries a hash over itself and the row before, so a changed,
 * removed or inserted row shows. Rows hold ids, never personal data in clear, so erasing a customer leaves the chain whole.
 */
import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import type { Database } from './database.js';
import { getSetting, insertSetting, putSetting } from './settings.js';

export interface AuditEntry {
  /** Epoch milliseconds. */
  at: number;
  /** Who: a key's name, an operator, or `system`. */
  actor: string;
  /** Kebab-case, for example `customer-read`. */
  action: string;
  /** What it was done to, by id. */
  subject: string;
  detail?: Record<string, unknown>;
}

export interface AuditRecord extends Required<AuditEntry> {
  sequence: number;
}

export type AuditVerdict = { ok: true; rows: number } | { ok: false; sequence: number };

interface AuditRow {
  sequence: number;
  at: number;
  actor: string;
  action: string;
  subject: string;
  detail: string;
  previous_hash: Buffer;
  hash: Buffer;
}

/** The last sequence and hash: the lock that appenders queue at, and the proof that no row was cut off the end. */
const TAIL = 'audit-tail';
const GENESIS = Buffer.alloc(40);
const PAGE = 1000;

/** Appenders wait for each other until their transactions end: append last. Returns the sequence. */
export async function appendAudit(database: Database, trx: Knex.Transaction, entry: AuditEntry): Promise<number> {
  const tail = await lockedTail(database, trx);
  const row = {
    sequence: Number(tail.readBigUInt64BE(0)) + 1,
    at: entry.at,
    actor: entry.actor,
    action: entry.action,
    subject: entry.subject,
    detail: JSON.stringify(entry.detail ?? {}),
    previous_hash: tail.subarray(8),
  };
  const hash = rowHash(row);
  await trx(database.table('audit')).insert({ ...row, hash });
  await putSetting(database, trx, TAIL, tailOf(row.sequence, hash));
  return row.sequence;
}

async function lockedTail(database: Database, trx: Knex.Transaction): Promise<Buffer> {
  const tail = await getSetting(database, trx, TAIL, { forUpdate: true });
  if (tail !== undefined) return tail;
  await insertSetting(database, trx, TAIL, GENESIS);
  return (await getSetting(database, trx, TAIL, { forUpdate: true })) as Buffer;
}

function tailOf(sequence: number, hash: Buffer): Buffer {
  const tail = Buffer.alloc(40);
  tail.writeBigUInt64BE(BigInt(sequence));
  hash.copy(tail, 8);
  return tail;
}

function rowHash(row: Omit<AuditRow, 'hash'>): Buffer {
  const fields = [row.sequence, row.at, row.actor, row.action, row.subject, row.detail];
  return createHash('sha256').update(row.previous_hash).update(JSON.stringify(fields)).digest();
}

/** Reads the chain in pages; `sequence` is the first row that is wrong or missing. */
export async function verifyAudit(database: Database): Promise<AuditVerdict> {
  // Read first: rows appended while we read are not missed for being later than the tail.
  const tail = (await getSetting(database, database.knex, TAIL)) ?? GENESIS;
  const last = Number(tail.readBigUInt64BE(0));
  let previous: Buffer = GENESIS.subarray(8);
  let sequence = 0;
  for (;;) {
    const page = await auditRows(database, database.knex, { after: sequence, limit: PAGE });
    for (const row of page) {
      const intact =
        row.sequence === sequence + 1 && row.previous_hash.equals(previous) && row.hash.equals(rowHash(row));
      if (!intact || (row.sequence === last && !row.hash.equals(tail.subarray(8))))
        return { ok: false, sequence: sequence + 1 };
      previous = row.hash;
      sequence = row.sequence;
    }
    if (page.length < PAGE)
      return sequence < last ? { ok: false, sequence: sequence + 1 } : { ok: true, rows: sequence };
  }
}

/** Oldest first; `after` is the last sequence of the page before. */
export async function listAudit(
  database: Database,
  trx: Knex,
  page: { after?: number; limit: number; subject?: string },
): Promise<AuditRecord[]> {
  const rows = await auditRows(database, trx, page);
  return rows.map(({ previous_hash: _previous, hash: _hash, detail, ...row }) => ({
    ...row,
    detail: JSON.parse(detail),
  }));
}

async function auditRows(
  database: Database,
  trx: Knex,
  page: { after?: number; limit: number; subject?: string },
): Promise<AuditRow[]> {
  const query = trx<AuditRow>(database.table('audit')).where('sequence', '>', page.after ?? 0);
  if (page.subject !== undefined) query.where({ subject: page.subject });
  return (await query.orderBy('sequence').limit(page.limit)) as AuditRow[];
}
