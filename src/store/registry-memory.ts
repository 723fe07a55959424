/**
 * What this process remembers of the registry: accounts, customers with their choices, aliases and holds, which every event
 * asks for and which seldom change. Whoever changes one of them, in whichever process, leaves a new mark in the same
 * transaction; a transaction that finds the mark as it was may use what was remembered under it. It must ask before it
 * reads anything else of the registry, so that nothing older is ever remembered under a newer mark.
 */
import { randomBytes } from 'node:crypto';
import type { Knex } from 'knex';
import { LRUCache } from 'lru-cache';
import type { AccountContext, CustomerContext } from './contexts.js';
import type { Database } from './database.js';
import type { Hold } from './holds.js';
import { selectIn } from './select-in.js';
import { putSetting } from './settings.js';

/** A value that is undefined says that there is none. */
export type Memory<T> = LRUCache<string, { value: T | undefined }>;

export interface RegistryMemory {
  /** By `entity/id`, all of them; they are shared, and must not be changed. */
  accounts: Memory<AccountContext>;
  customers: Memory<CustomerContext>;
  hasAliases?: boolean;
  holds?: readonly Hold[];
}

interface Marked {
  mark: string;
  since: number;
  memory: RegistryMemory;
}

const MARK = 'registry-mark';
const CAPACITY = 20_000;
/** Forgotten after this time at the latest, for the sake of somebody who changes tables by hand. */
const MOST_MS = 60_000;

const marked = new WeakMap<Database, Marked>();

/** What was remembered last, which may be out of date: good for asking early, and to be held against `recallRegistry`. */
export function guessRegistry(database: Database): RegistryMemory | undefined {
  return marked.get(database)?.memory;
}

/** Remembered as of this transaction. */
export async function recallRegistry(database: Database, trx: Knex): Promise<RegistryMemory> {
  const table = database.table('settings');
  const rows = await selectIn<{ value: Buffer }>(
    database,
    trx,
    { sql: (list) => `select value from ${table} where name in ${list}` },
    [[MARK]],
  );
  const mark = rows[0]?.value.toString('latin1') ?? '';
  const known = marked.get(database);
  const now = performance.now();
  if (known !== undefined && known.mark === mark && now - known.since < MOST_MS) return known.memory;
  const memory = { accounts: emptyMemory<AccountContext>(), customers: emptyMemory<CustomerContext>() };
  marked.set(database, { mark, since: now, memory });
  return memory;
}

/** Called beside every change. Each leaves another mark: what a transaction reads between two of its own is not kept. */
export function markRegistryChanged(database: Database, trx: Knex.Transaction): Promise<void> {
  return putSetting(database, trx, MARK, randomBytes(16));
}

function emptyMemory<T>(): Memory<T> {
  // With `max` all places would be made at once, anew after every change.
  return new LRUCache({ maxSize: CAPACITY, sizeCalculation: () => 1 });
}
