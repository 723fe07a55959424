/** What we need of a better-sqlite3 connection, and the settings each one starts with. */
import { setTimeout as pause } from 'node:timers/promises';

export interface SqliteConnection {
  readonly inTransaction: boolean;
  exec(sql: string): unknown;
  pragma(text: string): unknown;
}

/**
 * better-sqlite3 waits inside the call, so a long wait stops the whole process: it waits this long,
 * and `withTransaction` tries again without blocking.
 */
const BUSY_TIMEOUT_MS = 200;
const WAL_ATTEMPTS = 40;

export async function prepareSqliteConnection(
  connection: SqliteConnection,
  synchronous: 'FULL' | 'NORMAL',
): Promise<void> {
  connection.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
  await switchToWal(connection);
  connection.pragma(`synchronous = ${synchronous}`);
  connection.pragma('foreign_keys = ON');
  // 32 MiB of log before it is copied back, and 64 MiB of pages in memory: under load the same pages change again and again.
  connection.pragma('wal_autocheckpoint = 8000');
  connection.pragma('cache_size = -65536');
  // Deleted rows are overwritten: what retention and erasure remove is gone from the file too.
  connection.pragma('secure_delete = FAST');
}

/** The switch needs the file for itself and does not wait for it: two processes that start at once meet here. */
async function switchToWal(connection: SqliteConnection): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      connection.pragma('journal_mode = WAL');
      return;
    } catch (error) {
      if (!isSqliteBusy(error) || attempt === WAL_ATTEMPTS) throw error;
      await pause(25);
    }
  }
}

export function isSqliteBusy(error: unknown): boolean {
  return String((error as { code?: unknown } | undefined)?.code).startsWith('SQLITE_BUSY');
}
