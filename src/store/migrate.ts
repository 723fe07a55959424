/** Brings the schema up to date under a lock, says what is pending without changing anything, and prints the DDL. */
import type { Knex } from 'knex';
import { LedgerbellError } from '../contracts/errors.js';
import type { Database } from './database.js';
import { binaryCollation, type DdlTarget } from './ddl.js';
import { underMigrationLock } from './migration-lock.js';
import { MIGRATIONS } from './migrations/index.js';
import { type Migration, migrationStatements } from './migrations/migration.js';
import { STRICT_SQL_MODE } from './mysql-connection.js';

/**
 * Runs what is pending; returns the names run. Safe to call from several processes at once.
 * @throws LedgerbellError `schema-newer`, `migration-locked`, `database-not-strict`
 */
export async function migrateDatabase(database: Database, migrations = MIGRATIONS): Promise<string[]> {
  if ((await pendingMigrations(database, migrations)).length === 0) return [];
  await refuseLenientMode(database);
  const target = await ddlTarget(database);
  return underMigrationLock(database, async (trx) => {
    const config = knexConfig(database, migrations, target);
    await trx.migrate.list(config);
    // Making Knex's tables has just committed; the savepoint it sets next needs a transaction around it.
    if (database.dialect === 'mysql') await trx.raw('BEGIN');
    await trx.migrate.forceFreeMigrationsLock(config);
    const [, names] = await trx.migrate.latest(config);
    return names as string[];
  });
}

/**
 * Names of migrations this database lacks; changes nothing.
 * @throws LedgerbellError `schema-newer` when it has one that this version does not know
 */
export async function pendingMigrations(database: Database, migrations = MIGRATIONS): Promise<string[]> {
  const table = migrationsTable(database);
  const exists = await database.knex.schema.hasTable(table);
  const done = new Set<string>(exists ? await database.knex(table).pluck('name') : []);
  const known = migrations.map((migration) => migration.name);
  const unknown = [...done].find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new LedgerbellError('schema-newer', `The database was migrated by a newer version (${unknown})`);
  }
  return known.filter((name) => !done.has(name));
}

/** The SQL of all migrations, for a DBA to run; it records them, so that a check-only start is content afterwards. */
export async function migrationSql(database: Database, migrations = MIGRATIONS): Promise<string> {
  const target = await ddlTarget(database);
  const sections = migrations.map((migration) => {
    const record = database
      .knex(migrationsTable(database))
      .insert({ name: migration.name, batch: 1, migration_time: database.knex.fn.now() });
    return [`-- ${migration.name}`, ...[...migrationStatements(migration, target), record.toString()].map(ended)];
  });
  return `${[...bookkeeping(database).map(ended), ...sections.flat()].join('\n')}\n`;
}

const ended = (sql: string): string => `${sql};`;

/** Knex's own two tables, as it makes them. */
function bookkeeping(database: Database): string[] {
  const table = migrationsTable(database);
  const list = database.knex.schema.createTable(table, (columns) => {
    columns.increments();
    columns.string('name');
    columns.integer('batch');
    columns.timestamp('migration_time');
  });
  const lock = database.knex.schema.createTable(`${table}_lock`, (columns) => {
    columns.increments('index').primary();
    columns.integer('is_locked');
  });
  return [...list.toSQL(), ...lock.toSQL()].map(({ sql }) => sql);
}

const migrationsTable = (database: Database): string => database.table('migrations');

async function ddlTarget(database: Database): Promise<DdlTarget> {
  const { dialect, prefix, knex } = database;
  return { dialect, prefix, collation: dialect === 'mysql' ? await binaryCollation(knex) : 'BINARY' };
}

function knexConfig(database: Database, migrations: readonly Migration[], target: DdlTarget): Knex.MigratorConfig {
  const source: Knex.MigrationSource<Migration> = {
    getMigrations: async () => [...migrations],
    getMigrationName: (migration) => migration.name,
    getMigration: async (migration) => ({
      up: async (trx) => {
        for (const sql of migrationStatements(migration, target)) await trx.raw(sql);
      },
      down: async () => {
        throw new LedgerbellError('migration-forward-only', `${migration.name} cannot be undone; restore a backup`);
      },
    }),
  };
  // The whole run is inside our lock, on SQLite inside one transaction; on MySQL, DDL commits by itself.
  return { migrationSource: source, tableName: migrationsTable(database), disableTransactions: true };
}

/** A host's connections are its own: what it must provide is checked, since a lenient mode cuts what does not fit. */
async function refuseLenientMode(database: Database): Promise<void> {
  if (database.dialect !== 'mysql') return;
  const [rows] = await database.knex.raw('SELECT @@SESSION.sql_mode AS mode');
  if (/STRICT_(ALL|TRANS)_TABLES/.test(String(rows[0].mode))) return;
  throw new LedgerbellError('database-not-strict', `sql_mode must be strict, for example ${STRICT_SQL_MODE}`);
}
