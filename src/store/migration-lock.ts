/**
 * One starter migrates at a time: an immediate transaction on SQLite, GET_LOCK on MySQL. Both end with the process that
 * holds them, so a SIGKILL leaves no lock behind. Knex's own lock row does stay behind; whoever holds ours may clear it.
 */
import type { Knex } from 'knex';
import { LedgerbellError } from '../contracts/errors.js';
import type { Database } from './database.js';
import { withTransaction } from './with-transaction.js';

const WAIT_SECONDS = 120;
/** SQLite: how often to come back; each try waits up to two seconds. */
const ATTEMPTS = 120;

/** @throws LedgerbellError `migration-locked` when another process held the lock all the while */
export async function underMigrationLock<T>(
  database: Database,
  work: (trx: Knex.Transaction) => Promise<T>,
): Promise<T> {
  if (database.dialect === 'sqlite') return withTransaction(database, work, { attempts: ATTEMPTS });
  return database.knex.transaction(async (trx) => {
    const name = `ledgerbell:${await schemaName(trx)}:${database.prefix}`.slice(0, 64);
    const [rows] = await trx.raw('SELECT GET_LOCK(?, ?) AS taken', [name, WAIT_SECONDS]);
    if (rows[0].taken !== 1) {
      throw new LedgerbellError('migration-locked', `Another process has been migrating for ${WAIT_SECONDS} s`);
    }
    try {
      return await work(trx);
    } finally {
      await trx.raw('SELECT RELEASE_LOCK(?)', [name]);
    }
  });
}

async function schemaName(trx: Knex.Transaction): Promise<string> {
  const [rows] = await trx.raw('SELECT DATABASE() AS name');
  return String(rows[0].name);
}
