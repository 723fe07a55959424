/** Profiles, and beside each the transactions it has seen; both sealed with the key of their account or customer. */
import type { Knex } from 'knex';
import { LRUCache } from 'lru-cache';
import { decodeProfile, decodeTransaction, encodeProfile, encodeTransaction } from '../core/profile/codec.js';
import type { Profile, TransactionState } from '../core/profile/profile.js';
import { sha256 } from './crypto/digest.js';
import { subjectHash } from './crypto/subject-hash.js';
import { type SubjectKey, sealMark } from './crypto/subject-key.js';
import type { Database } from './database.js';
import { insertRows } from './insert-rows.js';
import { selectIn } from './select-in.js';
import { updateRows } from './update-rows.js';

interface ProfileRow {
  profile_hash: Buffer;
  /** 0 while the row only holds a place. */
  sequence: number;
  due_at: number | null;
  state: Buffer;
}

export interface StoredProfile {
  profile: Profile;
  /** When the schedule looks at it again; may be earlier than what is truly due. */
  dueAt?: number;
}

/** By subject. */
export type LoadedProfiles = Map<string, StoredProfile> & {
  /** Rows had to be made before they could be locked: what was read at the same time may be older than the profiles. */
  waited?: boolean;
};

const NOTHING = Buffer.alloc(0);
const PROFILE_COLUMNS = ['profile_hash', 'subject', 'sequence', 'time', 'due_at', 'state'];

type Keys = ReadonlyMap<string, SubjectKey>;

/**
 * Makes sure that there is a row to lock for each subject: two processes that meet a new account at once would otherwise
 * both lock nothing, and one profile would overwrite the other. SQLite has one writer, and needs none of it.
 */
async function reserveProfiles(database: Database, trx: Knex, subjects: readonly string[]): Promise<void> {
  const rows = [...subjects]
    .map((subject) => ({ profile_hash: subjectHash(subject), subject, sequence: 0, state: NOTHING }))
    .sort((a, b) => Buffer.compare(a.profile_hash, b.profile_hash));
  await trx(database.table('profiles')).insert(rows).onConflict('profile_hash').ignore();
}

/**
 * Reads profiles by subject (`default/account:704`); those nobody has seen, or that were erased, are left out. `lock` keeps other writers out
 * until the transaction ends (on SQLite there is only one anyway).
 */
export async function loadProfiles(
  database: Database,
  trx: Knex,
  subjects: readonly string[],
  keys: Keys,
  options: { lock: boolean },
): Promise<LoadedProfiles> {
  const loaded: LoadedProfiles = new Map();
  if (subjects.length === 0) return loaded;
  const locks = options.lock && database.dialect === 'mysql';
  const hashes = [...subjects].map(subjectHash).sort(Buffer.compare);
  let rows = await readRows(database, trx, hashes, locks);
  if (locks && rows.length < hashes.length) {
    const there = new Set(rows.map((row) => row.profile_hash.toString('latin1')));
    await reserveProfiles(
      database,
      trx,
      subjects.filter((one) => !there.has(subjectHash(one).toString('latin1'))),
    );
    rows = await readRows(database, trx, hashes, locks);
    loaded.waited = true;
  }
  const byHash = new Map(rows.map((row) => [row.profile_hash.toString('latin1'), row]));
  for (const subject of subjects) {
    const row = byHash.get(subjectHash(subject).toString('latin1'));
    const key = keys.get(subject);
    if (key?.destroyed) memoryOf(database).delete(subject);
    if (row === undefined || row.sequence === 0 || key === undefined || key.destroyed) continue;
    const profile = openProfile(database, subject, key, row.state);
    loaded.set(subject, { profile, ...(row.due_at === null ? {} : { dueAt: Number(row.due_at) }) });
  }
  return loaded;
}

/**
 * Profiles that were opened or written lately. What is sealed again has other bytes (a nonce is used once), so equal first
 * bytes say that a profile is still the one remembered, whoever else writes; and one that was never committed is never met.
 */
const remembered = new WeakMap<Database, LRUCache<string, Remembered>>();
interface Remembered {
  mark: Buffer;
  profile: Profile;
}
/** Sealed bytes of all that is remembered of one database; as objects they take several times as much. */
const MOST_REMEMBERED = 8 * 2 ** 20;

function memoryOf(database: Database): LRUCache<string, Remembered> {
  const known = remembered.get(database);
  if (known !== undefined) return known;
  const memory = new LRUCache<string, Remembered>({ maxSize: MOST_REMEMBERED, maxEntrySize: MOST_REMEMBERED / 64 });
  remembered.set(database, memory);
  return memory;
}

function openProfile(database: Database, subject: string, key: SubjectKey, state: Buffer): Profile {
  const memory = memoryOf(database);
  const known = memory.get(subject);
  if (known?.mark.equals(sealMark(state))) return known.profile;
  const profile = decodeProfile(key.open(state, stateContext(subject)).toString());
  remember(memory, subject, state, profile);
  return profile;
}

function remember(memory: LRUCache<string, Remembered>, subject: string, state: Buffer, profile: Profile): void {
  // Copied, so that a few bytes do not keep the whole alive; the transactions are kept apart.
  memory.set(subject, { mark: Buffer.from(sealMark(state)), profile }, { size: state.length });
}

function readRows(database: Database, trx: Knex, hashes: readonly Buffer[], lock: boolean): Promise<ProfileRow[]> {
  const columns = 'profile_hash, sequence, due_at, state';
  const table = database.table('profiles');
  const end = lock ? ' for update' : '';
  return selectIn<ProfileRow>(
    database,
    trx,
    { sql: (list) => `select ${columns} from ${table} where profile_hash in ${list}${end}` },
    hashes.map((hash) => [hash]),
  );
}

export interface ProfileToStore {
  subject: string;
  profile: Profile;
  dueAt?: number;
}

export async function saveProfiles(
  database: Database,
  trx: Knex.Transaction,
  profiles: readonly ProfileToStore[],
  keys: Keys,
): Promise<void> {
  const memory = memoryOf(database);
  const rows = profiles.map(({ subject, profile, dueAt }) => {
    const state = keyOf(keys, subject).seal(encodeProfile(profile), stateContext(subject));
    remember(memory, subject, state, { ...profile, transactions: {}, loans: undefined });
    return [subjectHash(subject), subject, profile.sequence, profile.time ?? null, dueAt ?? null, state];
  });
  rows.sort((a, b) => Buffer.compare(a[0] as Buffer, b[0] as Buffer));
  await insertRows(database, trx, 'profiles', PROFILE_COLUMNS, rows, {
    replaceBy: ['profile_hash'],
  });
}

/** Names a transaction within its profile; `id` is the key that `lifecycleId` gives. */
export function transactionHash(subject: string, id: string): Buffer {
  return sha256(`${subject.length}:${subject}${id}`).subarray(0, 16);
}

/** The transactions named, by subject and id. */
export async function loadTransactions(
  database: Database,
  trx: Knex,
  wanted: readonly { subject: string; id: string }[],
  keys: Keys,
): Promise<Map<string, Record<string, TransactionState>>> {
  const loaded = new Map<string, Record<string, TransactionState>>();
  if (wanted.length === 0) return loaded;
  const pairs = wanted.map(({ subject, id }) => [subjectHash(subject), transactionHash(subject, id)]);
  const table = database.table('transactions');
  const rows = await selectIn<{ transaction_hash: Buffer; state: Buffer }>(
    database,
    trx,
    {
      sql: (list) => `select transaction_hash, state from ${table} where (profile_hash, transaction_hash) in ${list}`,
      width: 2,
    },
    pairs,
  );
  if (rows.length === 0) return loaded;
  const byHash = new Map(rows.map((row) => [row.transaction_hash.toString('latin1'), row.state]));
  for (const { subject, id } of wanted) {
    const state = byHash.get(transactionHash(subject, id).toString('latin1'));
    const key = keys.get(subject);
    if (state === undefined || key === undefined || key.destroyed) continue;
    const opened = key.open(state, transactionContext(subject));
    loaded.set(subject, { ...loaded.get(subject), [id]: decodeTransaction(opened.toString()) });
  }
  return loaded;
}

export async function saveTransactions(
  database: Database,
  trx: Knex.Transaction,
  transactions: readonly { subject: string; id: string; transaction: TransactionState }[],
  keys: Keys,
): Promise<void> {
  const rows = transactions.map(({ subject, id, transaction }) => [
    subjectHash(subject),
    transactionHash(subject, id),
    keyOf(keys, subject).seal(encodeTransaction(transaction), transactionContext(subject)),
  ]);
  await insertRows(database, trx, 'transactions', ['profile_hash', 'transaction_hash', 'state'], rows, {
    replaceBy: ['profile_hash', 'transaction_hash'],
  });
}

/** Profiles that may be due, earliest first: found through the index on `due_at`. */
export async function findDue(
  database: Database,
  trx: Knex,
  now: number,
  limit: number,
): Promise<{ subject: string; dueAt: number }[]> {
  const rows: { subject: string; due_at: number }[] = await trx(database.table('profiles'))
    .select('subject', 'due_at')
    .where('due_at', '<=', now)
    .orderBy('due_at')
    .limit(limit);
  return rows.map((row) => ({ subject: row.subject, dueAt: Number(row.due_at) }));
}

export interface Postponed {
  subject: string;
  /** When the look was noted for; epoch milliseconds. */
  from: number;
  /** Undefined: nothing is due any more. */
  to: number | undefined;
}

/** Moves the times at which the schedule looks again, where nobody moved them in between. */
export async function postponeDue(
  database: Database,
  trx: Knex.Transaction,
  postponed: readonly Postponed[],
): Promise<void> {
  await updateRows(database, trx, {
    table: 'profiles',
    key: 'profile_hash',
    columns: ['due_at'],
    rows: postponed.map(({ subject, to }) => [subjectHash(subject), to ?? null]),
    guard: { column: 'due_at', values: postponed.map(({ from }) => from) },
  });
}

/** The subject (`default/account:704`) that a stored event's profile hash stands for. */
export async function subjectOf(database: Database, trx: Knex, profileHash: Buffer): Promise<string | undefined> {
  const row = await trx(database.table('profiles')).select('subject').where('profile_hash', profileHash).first();
  return row?.subject;
}

function keyOf(keys: Keys, subject: string): SubjectKey {
  const key = keys.get(subject);
  if (key === undefined) throw new TypeError('a subject without a loaded key');
  return key;
}

function stateContext(subject: string): string {
  return `profile/${subject}`;
}

function transactionContext(subject: string): string {
  return `transaction/${subject}`;
}
