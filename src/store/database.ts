/**
 * Opens the database: SQLite (better-sqlite3) or MySQL/MariaDB (mysql2), with the settings everything else relies on.
 * A host may pass its own Knex instance; then it keeps its pool and its settings, and `close` leaves it open.
 */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import knexModule, { type Knex } from 'knex';
import { LedgerbellError } from '../contracts/errors.js';
import { prepareMysqlConnection } from './mysql-connection.js';
import { prepareSqliteConnection } from './sqlite-connection.js';

export type Dialect = 'sqlite' | 'mysql';

export interface Database {
  readonly knex: Knex;
  readonly dialect: Dialect;
  readonly prefix: string;
  /** False where the host lent us its Knex instance. */
  readonly ownsKnex: boolean;
  /** The prefixed name of one of our tables. */
  table(name: string): string;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** Knex's own configuration, or a ready instance of the host. */
  config: Knex.Config | Knex;
  tablePrefix: string;
  /** SQLite only. FULL (the default) survives a power cut; NORMAL may lose the last commits in one, never the file. */
  synchronous?: 'FULL' | 'NORMAL';
}

const DRIVERS: Record<string, Dialect> = { 'better-sqlite3': 'sqlite', mysql2: 'mysql' };
/** Knex prints to the console; whatever matters it also throws. */
const SILENT: Knex.Logger = { debug() {}, warn() {}, error() {}, deprecate() {} };
const PREFIX = /^[A-Za-z0-9_]{0,24}$/;

/** @throws LedgerbellError `driver-missing`, `database-unsupported`, `table-prefix-malformed` */
export function openDatabase(options: DatabaseOptions): Database {
  if (!PREFIX.test(options.tablePrefix)) {
    throw new LedgerbellError('table-prefix-malformed', 'tablePrefix: up to 24 letters, digits and underscores');
  }
  const lent = typeof options.config === 'function';
  const dialect = dialectOf(lent ? (options.config as Knex).client.config : (options.config as Knex.Config));
  const knex = lent ? (options.config as Knex) : createKnex(dialect, options);
  const prefix = options.tablePrefix;
  return {
    knex,
    dialect,
    prefix,
    ownsKnex: !lent,
    table: (name) => prefix + name,
    close: async () => {
      if (!lent) await knex.destroy();
    },
  };
}

function dialectOf(config: Knex.Config): Dialect {
  const client = typeof config.client === 'string' ? config.client : config.client?.prototype?.driverName;
  const dialect = DRIVERS[String(client)];
  if (dialect === undefined) {
    throw new LedgerbellError(
      'database-unsupported',
      `database.client must be better-sqlite3 or mysql2, not ${client}`,
    );
  }
  return dialect;
}

function createKnex(dialect: Dialect, options: DatabaseOptions): Knex {
  const config = options.config as Knex.Config;
  const complete = dialect === 'sqlite' ? sqliteConfig(config, options.synchronous ?? 'FULL') : mysqlConfig(config);
  try {
    return knexModule({ log: SILENT, ...complete });
  } catch (error) {
    // Knex answers a driver that cannot be loaded with an instruction that starts like this.
    if (!(error instanceof Error && error.message.startsWith('Knex: run'))) throw error;
    const name = String(config.client);
    throw new LedgerbellError('driver-missing', `The database driver is not installed. Run: npm install ${name}`, {
      cause: error,
    });
  }
}

/** One connection: SQLite has one writer, and better-sqlite3 answers synchronously anyway. */
function sqliteConfig(config: Knex.Config, synchronous: 'FULL' | 'NORMAL'): Knex.Config {
  const { filename } = config.connection as Knex.BetterSqlite3ConnectionConfig;
  if (filename && filename !== ':memory:' && !filename.startsWith('file:')) {
    mkdirSync(dirname(filename), { recursive: true, mode: 0o700 });
  }
  return {
    useNullAsDefault: true,
    ...config,
    pool: {
      ...config.pool,
      min: 1,
      max: 1,
      afterCreate: chained(config.pool, (connection) => prepareSqliteConnection(connection, synchronous)),
    },
  };
}

/** Several statements travel at once (`MysqlSession`): each is one of ours, its values escaped by the driver. */
const MYSQL_SETTINGS = { charset: 'utf8mb4', supportBigNumbers: true, timezone: 'Z', multipleStatements: true };

function mysqlConfig(config: Knex.Config): Knex.Config {
  const { connection } = config;
  const settings = typeof connection === 'string' ? { uri: connection } : connection;
  return {
    ...config,
    connection:
      typeof settings === 'object' ? ({ ...MYSQL_SETTINGS, ...settings } as Knex.MySql2ConnectionConfig) : settings,
    pool: { min: 0, max: 10, ...config.pool, afterCreate: chained(config.pool, prepareMysqlConnection) },
  };
}

type AfterCreate = NonNullable<Knex.PoolConfig['afterCreate']>;

/** Our settings first, then whatever the configuration asks for. */
function chained(pool: Knex.PoolConfig | undefined, prepare: (connection: never) => Promise<void>): AfterCreate {
  const theirs = pool?.afterCreate;
  return (connection: never, done: (error: unknown, connection: unknown) => void) => {
    prepare(connection).then(
      () => (theirs ? theirs(connection, done) : done(undefined, connection)),
      (error) => done(error, connection),
    );
  };
}
