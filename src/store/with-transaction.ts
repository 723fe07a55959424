/**
 * Runs work in one transaction: BEGIN IMMEDIATE on SQLite (a deferred one that turns into a writer fails at once
 * where another writes), READ COMMITTED on MySQL. What failed only because of others is tried again, so the work
 * must be idempotent and use nothing but the transaction it is given: SQLite's pool is one connection.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Knex } from 'knex';
import type { Database } from './database.js';
import { type MysqlConnection, MysqlSession } from './mysql-session.js';
import { isSqliteBusy, type SqliteConnection } from './sqlite-connection.js';

export type Isolation = 'read committed' | 'repeatable read' | 'serializable';

export interface TransactionOptions {
  /** MySQL only; SQLite is always serializable. */
  isolation?: Isolation;
  /** How often the work is tried, the first time included. */
  attempts?: number;
  /** What else is tried again, beside what `isTransient` knows. */
  triesAgain?(error: unknown): boolean;
}

const ATTEMPTS = 10;
/** Deadlock, lock wait time-out, "record has changed since last read" (MariaDB 11). */
const RETRYABLE_ERRNO = new Set([1213, 1205, 1020]);

export async function withTransaction<T>(
  database: Database,
  work: (trx: Knex.Transaction) => Promise<T>,
  options: TransactionOptions = {},
): Promise<T> {
  const attempts = options.attempts ?? ATTEMPTS;
  for (let attempt = 1; ; attempt++) {
    try {
      return await once(database, work, options.isolation);
    } catch (error) {
      if (attempt >= attempts || !(isTransient(error) || options.triesAgain?.(error))) throw error;
      await pause(backoff(attempt));
    }
  }
}

/** Whether trying again can help: nothing was committed, and others were in the way. */
export function isTransient(error: unknown): boolean {
  return isSqliteBusy(error) || RETRYABLE_ERRNO.has(Number((error as { errno?: unknown } | undefined)?.errno));
}

/** 5 to 10 ms, doubling up to a second. */
function backoff(attempt: number): number {
  return Math.min(1000, 5 * 2 ** (attempt - 1)) * (1 + Math.random());
}

function once<T>(
  database: Database,
  work: (trx: Knex.Transaction) => Promise<T>,
  isolation: Isolation | undefined,
): Promise<T> {
  if (database.dialect === 'sqlite') return database.knex.transaction((trx) => immediate(trx, work));
  // Our own connections are READ COMMITTED already, which saves a round trip.
  const isolationLevel = isolation ?? (database.ownsKnex ? undefined : 'read committed');
  const settings = isolationLevel === undefined ? {} : { isolationLevel };
  return database.ownsKnex ? inSession(database.knex, work, settings) : database.knex.transaction(work, settings);
}

async function inSession<T>(
  knex: Knex,
  work: (trx: Knex.Transaction) => Promise<T>,
  settings: Knex.TransactionConfig,
): Promise<T> {
  const connection: MysqlConnection = await knex.client.acquireConnection();
  const session = new MysqlSession(connection);
  try {
    return await knex.transaction(work, { ...settings, connection: session });
  } finally {
    // A COMMIT that failed leaves the transaction open. A connection that is lost cannot be rolled back, nor need it be.
    await session.rollback().catch(() => undefined);
    await knex.client.releaseConnection(connection);
  }
}

/**
 * Knex only knows BEGIN. So its transaction is ended while still empty, ours takes its place, and an empty one is
 * put back for Knex to end. Committing here also means that a failed commit (a full disk) is rolled back for certain.
 */
async function immediate<T>(trx: Knex.Transaction, work: (trx: Knex.Transaction) => Promise<T>): Promise<T> {
  const connection: SqliteConnection = await trx.client.acquireConnection();
  try {
    connection.exec('COMMIT; BEGIN IMMEDIATE');
    const result = await work(trx);
    connection.exec('COMMIT');
    return result;
  } catch (error) {
    if (connection.inTransaction) connection.exec('ROLLBACK');
    throw error;
  } finally {
    connection.exec('BEGIN');
  }
}
