/** What a database says of itself, for the doctor. Reads only. */
import type { Database } from './database.js';

/** Variables of MySQL and MariaDB that decide what survives a power cut, and how text is kept. */
const MYSQL_VARIABLES = [
  'version',
  'character_set_connection',
  'character_set_database',
  'tx_isolation',
  'transaction_isolation',
  'sql_mode',
  'innodb_flush_log_at_trx_commit',
  'innodb_doublewrite',
  'sync_binlog',
  'log_bin',
  'max_allowed_packet',
  'max_connections',
  'read_only',
];

/** By name; one that this version does not have is absent. Of this session where there is one. */
export async function readVariables({ knex, dialect }: Database): Promise<Record<string, string>> {
  if (dialect === 'sqlite') return readPragmas({ knex });
  const [rows = []]: { Variable_name: string; Value: string }[][] = await knex.raw(
    `SHOW SESSION VARIABLES WHERE Variable_name IN (${MYSQL_VARIABLES.map(() => '?').join(', ')})`,
    MYSQL_VARIABLES,
  );
  return Object.fromEntries(rows.map(({ Variable_name, Value }) => [Variable_name, Value]));
}

async function readPragmas({ knex }: Pick<Database, 'knex'>): Promise<Record<string, string>> {
  const one = async (sql: string): Promise<string> => String(Object.values((await knex.raw(sql))[0])[0]);
  return {
    version: await one('select sqlite_version()'),
    synchronous: await one('pragma synchronous'),
    journal_mode: await one('pragma journal_mode'),
  };
}

/** The database's clock, epoch milliseconds. SQLite's is that of this machine. */
export async function readDatabaseClock({ knex, dialect }: Database): Promise<number | undefined> {
  if (dialect === 'sqlite') return undefined;
  const [rows] = await knex.raw('SELECT ROUND(UNIX_TIMESTAMP(NOW(3)) * 1000) AS clock');
  return Number(rows[0].clock);
}

/** What this user was granted, each as the server writes it; undefined on SQLite. */
export async function readGrants({ knex, dialect }: Database): Promise<string[] | undefined> {
  if (dialect === 'sqlite') return undefined;
  const [rows = []]: Record<string, string>[][] = await knex.raw('SHOW GRANTS');
  return rows.flatMap((row) => Object.values(row));
}
