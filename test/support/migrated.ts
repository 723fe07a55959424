/**
 * A new database for a test that wants our tables in it. MariaDB takes longer over the migrations than most tests take, so there
 * it is a copy of one that was migrated once by this process. Tests of the migrations themselves begin with an empty one.
 */
import type { Knex } from 'knex';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { openDatabase } from '../../src/store/database.js';
import { migrateDatabase } from '../../src/store/migrate.js';
import { type CreatedDatabase, mariadb, type TestDatabase } from './databases.js';

interface Template {
  database: string;
  tables: string[];
}

let template: Promise<Template> | undefined;

/** Call `migrateDatabase` on it all the same: on SQLite, and where a test brings its own, nothing was done yet. */
export async function createMigrated(kind: TestDatabase): Promise<CreatedDatabase> {
  if (kind !== mariadb) return kind.create();
  template ??= makeTemplate();
  const [{ database, tables }, created] = await Promise.all([template, kind.create()]);
  const statements = tables.map((table) => `CREATE TABLE ${table} LIKE ${database}.${table}`);
  const filled = tables.filter((table) => table.startsWith('lb_migrations'));
  const copies = filled.map((table) => `INSERT INTO ${table} SELECT * FROM ${database}.${table}`);
  await asked(created.config, [...statements, ...copies].join('; '));
  return created;
}

/** It goes away with the server. */
async function makeTemplate(): Promise<Template> {
  const { config } = await mariadb.create();
  const database = openDatabase({ config, tablePrefix: 'lb_' });
  await migrateDatabase(database);
  await database.close();
  const rows = await asked(
    config,
    'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()',
  );
  return {
    database: (config.connection as { database: string }).database,
    tables: rows.map(({ name }) => String(name)),
  };
}

async function asked(config: Knex.Config, sql: string): Promise<RowDataPacket[]> {
  const connection = await createConnection({ ...(config.connection as object), multipleStatements: true });
  try {
    const [rows] = await connection.query<RowDataPacket[]>(sql);
    return rows;
  } finally {
    await connection.end();
  }
}
