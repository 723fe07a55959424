/**
 * Tells "the database cannot take this just now" (away, full, read-only, overloaded) from a mistake of ours: the first is
 * worth sending again, and nothing of it was kept.
 */

const SQLITE = /^SQLITE_(?:BUSY|LOCKED|FULL|READONLY|IOERR|CANTOPEN|NOTADB|PROTOCOL|NOMEM)/;

/** Of the socket, of mysql2, and of Node's name look-up. */
const CONNECTION_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENOENT', // a Unix socket that is not there
  'PROTOCOL_CONNECTION_LOST',
  'PROTOCOL_SEQUENCE_TIMEOUT',
  'PROTOCOL_ENQUEUE_AFTER_FATAL_ERROR',
  'PROTOCOL_ENQUEUE_AFTER_QUIT',
  'POOL_CLOSED',
]);

/** Error numbers of MySQL and MariaDB. */
const MYSQL_ERRNO = new Set([
  1020, // record has changed since last read, after many attempts
  1205, // lock wait time-out, after many attempts
  1213, // deadlock, after many attempts
  1021, // disk full
  1026, // error on write
  1030, // error from the storage engine: usually a full disk
  1114, // table full
  1290, // running with --read-only
  1792, // read-only transaction
  1836, // read-only mode
  1040, // too many connections
  1041, // out of memory
  1044, // access denied to the database
  1045, // access denied
  1049, // the database is gone
  1053, // shutting down
  1152, // connection aborted
  1203, // too many connections of this user
  1226, // a resource limit of this user
  1317, // query interrupted
  1927, // connection killed
  2006, // server has gone away
  2013, // connection lost during the query
]);

/** Also where the trouble is the cause of the error, or its cause's. */
export function isDatabaseTrouble(error: unknown): boolean {
  for (let current = error, depth = 0; isErrorLike(current) && depth < 5; current = current.cause, depth += 1) {
    if (current.name === 'KnexTimeoutError') return true;
    if (typeof current.errno === 'number' && MYSQL_ERRNO.has(current.errno)) return true;
    const { code } = current;
    if (typeof code === 'string' && (CONNECTION_CODES.has(code) || SQLITE.test(code))) return true;
    if (typeof current.message === 'string' && POOL_MESSAGES.test(current.message)) return true;
  }
  return false;
}

/** Knex and its pool, and better-sqlite3 on a closed file, say these without a code. */
const POOL_MESSAGES =
  /^(?:aborted|Unable to acquire a connection|The database connection is not open|Knex: Timeout acquiring a connection)/;

interface ErrorLike {
  name?: unknown;
  message?: unknown;
  code?: unknown;
  errno?: unknown;
  cause?: unknown;
}

function isErrorLike(value: unknown): value is ErrorLike {
  return typeof value === 'object' && value !== null;
}
