/**
 * The databases that every test of stored data runs on: `for (const database of databases) describe(database.name, ...)`.
 * A database that cannot be had here is left out of the list, and shows in the report as a skipped test with the reason.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Knex } from 'knex';
import { createConnection } from 'mysql2/promise';
import { mariadbSkipReason, sharedMariadb } from './mariadb.js';

export interface TestDatabase {
  name: 'SQLite' | 'MariaDB';
  available: boolean;
  skipReason?: string;
  /** A new and empty database of its own for each call. */
  create(): Promise<CreatedDatabase>;
}

export interface CreatedDatabase {
  config: Knex.Config;
  /** Close every connection first. */
  drop(): Promise<void>;
}

export const sqlite: TestDatabase = {
  name: 'SQLite',
  available: true,
  async create() {
    const folder = await mkdtemp(join(tmpdir(), 'ledgerbell-sqlite-'));
    const connection = { filename: join(folder, 'test.sqlite') };
    return {
      config: { client: 'better-sqlite3', connection, useNullAsDefault: true },
      drop: () => rm(folder, { recursive: true, force: true }),
    };
  },
};

export const mariadb: TestDatabase = {
  name: 'MariaDB',
  available: mariadbSkipReason() === undefined,
  skipReason: mariadbSkipReason(),
  async create() {
    const server = await sharedMariadb();
    // A process number may come again within one run of the tests.
    const database = `lb_test_${randomBytes(8).toString('hex')}`;
    await run(server, `CREATE DATABASE ${database}`);
    return {
      config: { client: 'mysql2', connection: { ...server, database } },
      drop: () => run(server, `DROP DATABASE IF EXISTS ${database}`),
    };
  },
};

export const databases: TestDatabase[] = [sqlite, mariadb].filter((database) => database.available);

async function run(server: object, sql: string): Promise<void> {
  const connection = await createConnection(server);
  try {
    await connection.query(sql);
  } finally {
    await connection.end();
  }
}

if (!mariadb.available && typeof describe === 'function') {
  describe.skip(`on MariaDB (skipped: ${mariadb.skipReason})`, () => {
    it('runs every test of stored data a second time');
  });
}
