/** What was verified but could not be accepted: kept sealed until the mapping is mended and it is replayed. */
import type { Knex } from 'knex';
import type { SubjectKey } from './crypto/subject-key.js';
import type { Vault } from './crypto/vault.js';
import type { Database } from './database.js';
import { withoutUndefined } from './without-undefined.js';

export interface QuarantineEntry {
  /** Epoch milliseconds. */
  receivedAt: number;
  /** Where it came in: `events`, or the source. */
  origin: string;
  code: string;
  path?: string;
  /** For people; holds no value of the body. */
  message: string;
}

export interface QuarantineRecord extends QuarantineEntry {
  id: number;
  replayedAt?: number;
  outcome?: string;
}

interface Row {
  row_id: number;
  received_at: number;
  origin: string;
  code: string;
  path: string | null;
  message: string;
  body: Buffer;
  replayed_at: number | null;
  outcome: string | null;
}

/** One key for all of it: whose data a body holds is not known before it can be read. Retention removes the rows. */
const SUBJECT = 'system/quarantine';
const LISTED = ['row_id', 'received_at', 'origin', 'code', 'path', 'message', 'replayed_at', 'outcome'] as const;

const context = (receivedAt: number, code: string): string => `quarantine/${receivedAt}/${code}`;

/** `body` must have its card numbers redacted already. Returns the id. */
export async function keepInQuarantine(
  vault: Vault,
  trx: Knex.Transaction,
  entry: QuarantineEntry & { body: Buffer },
): Promise<number> {
  const { receivedAt, origin, code } = entry;
  const key = (await vault.keys.load(trx, [SUBJECT])).get(SUBJECT) as SubjectKey;
  const [rowId] = await trx(vault.database.table('quarantine')).insert({
    received_at: receivedAt,
    origin,
    code,
    path: entry.path?.slice(0, 500) ?? null,
    message: entry.message.slice(0, 1000),
    body: key.seal(entry.body, context(receivedAt, code)),
    replayed_at: null,
    outcome: null,
  });
  return Number(rowId);
}

/** Without bodies, newest first; `before` is the last id of the page before. */
export async function listQuarantine(
  database: Database,
  trx: Knex,
  page: { before?: number; limit: number; open?: boolean },
): Promise<QuarantineRecord[]> {
  const query = trx<Row>(database.table('quarantine')).select(...LISTED);
  if (page.before !== undefined) query.where('row_id', '<', page.before);
  if (page.open) query.whereNull('replayed_at');
  const rows = (await query.orderBy('row_id', 'desc').limit(page.limit)) as Omit<Row, 'body'>[];
  return rows.map(recordOf);
}

/** @throws LedgerbellError `sealed-data-damaged` */
export async function openQuarantined(
  vault: Vault,
  trx: Knex,
  id: number,
): Promise<(QuarantineRecord & { body: Buffer }) | undefined> {
  const row = await trx<Row>(vault.database.table('quarantine')).where({ row_id: id }).first();
  const key = (await vault.keys.find(trx, [SUBJECT])).get(SUBJECT);
  if (row === undefined || key === undefined) return undefined;
  return { ...recordOf(row), body: key.open(row.body, context(row.received_at, row.code)) };
}

/** Returns how many were removed. */
export async function deleteQuarantined(database: Database, trx: Knex, receivedBefore: number): Promise<number> {
  return trx(database.table('quarantine')).where('received_at', '<', receivedBefore).delete();
}

/** `outcome`: what became of it, for example `accepted`. Returns false where it was replayed already. */
export async function markReplayed(
  database: Database,
  trx: Knex.Transaction,
  replay: { id: number; at: number; outcome: string },
): Promise<boolean> {
  const waiting = trx<Row>(database.table('quarantine')).where({ row_id: replay.id }).whereNull('replayed_at');
  return (await waiting.update({ replayed_at: replay.at, outcome: replay.outcome })) === 1;
}

function recordOf(row: Omit<Row, 'body'>): QuarantineRecord {
  return withoutUndefined({
    id: row.row_id,
    receivedAt: row.received_at,
    origin: row.origin,
    code: row.code,
    path: row.path ?? undefined,
    message: row.message,
    replayedAt: row.replayed_at ?? undefined,
    outcome: row.outcome ?? undefined,
  });
}
