/**
 * A key for each customer and account, wrapped by the key ring; destroying it is the erasure of what it sealed.
 *
 * Opened keys are cached, bounded. A cached key is checked against the database again when it is older than
 * `revalidateAfterMs` (60 s), so another replica notices a destroyed key at its next `load` after that time.
 * A key whose row is not committed yet is never cached: after a rollback it would seal what nobody can open.
 */
import { randomBytes } from 'node:crypto';
import type { Knex } from 'knex';
import { LRUCache } from 'lru-cache';
import type { Database } from '../database.js';
import { settled } from '../settled.js';
import type { KeyRing } from './key-ring.js';
import { subjectHash } from './subject-hash.js';
import { createSubjectKey, DESTROYED_KEY, type SubjectKey } from './subject-key.js';

export interface SubjectKeys {
  /** The keys of these subjects; makes those that do not exist yet, in the same transaction. */
  load(trx: Knex.Transaction, subjects: string[]): Promise<Map<string, SubjectKey>>;
  /** The keys that exist, for readers; makes none. */
  find(trx: Knex, subjects: string[]): Promise<Map<string, SubjectKey>>;
  /** Destroys a subject's key for good, even one never used; what it sealed answers `erased`. */
  destroy(trx: Knex.Transaction, subject: string, at: number): Promise<void>;
}

export interface SubjectKeysOptions {
  capacity?: number;
  revalidateAfterMs?: number;
  /** Epoch milliseconds. */
  now?: () => number;
}

interface Row {
  subject_hash: Buffer;
  wrapped: Buffer;
  destroyed_at: number | null;
}
interface Cached {
  key: SubjectKey;
  checkedAt: number;
}

/** SQLite limits how many rows one INSERT of Knex's may have. */
const ROWS_A_STATEMENT = 200;
const NOTHING = Buffer.alloc(0);

/** What a wrapped key is bound to: it opens for its own subject only. */
export const wrapContext = (hash: Buffer): string => `subject-key/${hash.toString('hex')}`;

export function subjectKeys(database: Database, keyRing: KeyRing, options: SubjectKeysOptions = {}): SubjectKeys {
  const { capacity = 20_000, revalidateAfterMs = 60_000, now = Date.now } = options;
  const table = database.table('subject_keys');
  const cache = new LRUCache<string, Cached>({ max: capacity });
  /** Subjects whose row this process inserted in a transaction that has not ended. */
  const uncommitted = new Map<string, number>();

  async function read(trx: Knex, subjects: string[], into: Map<string, SubjectKey>, locking: boolean): Promise<void> {
    const query = trx<Row>(table).select('subject_hash', 'wrapped', 'destroyed_at');
    query.whereIn('subject_hash', subjects.map(subjectHash));
    // A plain read of a repeatable-read transaction does not see a row that another replica has just committed.
    const rows: Row[] = await (locking && database.dialect === 'mysql' ? query.forShare() : query);
    const found = new Map(rows.map((row) => [row.subject_hash.toString('latin1'), row]));
    for (const subject of subjects) {
      const row = found.get(subjectHash(subject).toString('latin1'));
      if (row !== undefined) into.set(subject, remember(subject, row));
    }
  }

  function remember(subject: string, row: Row): SubjectKey {
    const cached = cache.get(subject);
    const key = row.destroyed_at !== null ? DESTROYED_KEY : (cached?.key ?? unwrap(row));
    if (!uncommitted.has(subject)) cache.set(subject, { key, checkedAt: now() });
    return key;
  }

  const unwrap = (row: Row): SubjectKey => createSubjectKey(keyRing.open(row.wrapped, wrapContext(row.subject_hash)));

  async function find(trx: Knex, subjects: string[]): Promise<Map<string, SubjectKey>> {
    const keys = new Map<string, SubjectKey>();
    const fresh = now() - revalidateAfterMs;
    const unsure: string[] = [];
    for (const subject of new Set(subjects)) {
      const cached = cache.get(subject);
      if (cached !== undefined && cached.checkedAt > fresh) keys.set(subject, cached.key);
      else unsure.push(subject);
    }
    if (unsure.length > 0) await read(trx, unsure, keys, false);
    return keys;
  }

  /** Sorted, so that two writers of the same subjects wait for each other instead of deadlocking. */
  async function create(trx: Knex.Transaction, subjects: string[]): Promise<void> {
    hold(trx, subjects);
    const rows = subjects.map(newRow).sort((a, b) => Buffer.compare(a.subject_hash, b.subject_hash));
    for (let start = 0; start < rows.length; start += ROWS_A_STATEMENT) {
      const some = rows.slice(start, start + ROWS_A_STATEMENT);
      await trx(table).insert(some).onConflict('subject_hash').ignore();
    }
  }

  function newRow(subject: string) {
    const hash = subjectHash(subject);
    const wrapped = keyRing.seal(randomBytes(32), wrapContext(hash));
    return { subject_hash: hash, key_id: keyRing.currentKeyId, wrapped, created_at: now(), destroyed_at: null };
  }

  function hold(trx: Knex.Transaction, subjects: string[]): void {
    for (const subject of subjects) {
      cache.delete(subject);
      uncommitted.set(subject, (uncommitted.get(subject) ?? 0) + 1);
    }
    settled(trx, () => {
      for (const subject of subjects) {
        cache.delete(subject);
        const left = (uncommitted.get(subject) ?? 1) - 1;
        if (left === 0) uncommitted.delete(subject);
        else uncommitted.set(subject, left);
      }
    });
  }

  return {
    find,
    load: async (trx, subjects) => {
      const keys = await find(trx, subjects);
      if (keys.size === subjects.length) return keys;
      const missing = [...new Set(subjects)].filter((subject) => !keys.has(subject));
      if (missing.length === 0) return keys;
      await create(trx, missing);
      await read(trx, missing, keys, true);
      return keys;
    },
    destroy: async (trx, subject, at) => {
      hold(trx, [subject]);
      const gone = { wrapped: NOTHING, destroyed_at: at };
      await trx(table)
        .insert({ subject_hash: subjectHash(subject), key_id: keyRing.currentKeyId, created_at: at, ...gone })
        .onConflict('subject_hash')
        .ignore();
      await trx(table)
        .where({ subject_hash: subjectHash(subject), destroyed_at: null })
        .update(gone);
    },
  };
}
