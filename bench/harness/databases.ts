/** New and empty databases at full durability: SQLite in a folder of its own, MariaDB on the private server of this run. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Knex } from 'knex';
import { createConnection } from 'mysql2/promise';

export type Kind = 'SQLite' | 'MariaDB';

export interface BenchDatabase {
  kind: Kind;
  /** Knex's configuration; JSON, so that it can be handed to a worker. */
  config: Knex.Config;
  drop(): Promise<void>;
}

export interface MariadbServer {
  host: string;
  port: number;
  user: string;
  password: string;
  /** The server's process. */
  pid: number;
  version: string;
}

/** What scripts/bench.mjs started, or undefined. */
export function mariadbServer(): MariadbServer | undefined {
  const text = process.env.LEDGERBELL_BENCH_MARIADB;
  return text === undefined ? undefined : JSON.parse(text);
}

export function kinds(): Kind[] {
  return mariadbServer() === undefined ? ['SQLite'] : ['SQLite', 'MariaDB'];
}

export function createDatabase(kind: Kind, name: string): Promise<BenchDatabase> {
  return kind === 'SQLite' ? createSqlite(name) : createMariadb(name);
}

async function createSqlite(name: string): Promise<BenchDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'ledgerbell-bench-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  return {
    kind: 'SQLite',
    config: {
      client: 'better-sqlite3',
      connection: { filename: join(folder, `${name}.sqlite`) },
      useNullAsDefault: true,
    },
    async drop() {
      process.off('exit', remove);
      remove();
    },
  };
}

async function createMariadb(name: string): Promise<BenchDatabase> {
  const { host, port, user, password } = mariadbServer() as MariadbServer;
  const database = `bench_${name.replace(/\W/g, '_')}`;
  await mariadbQuery(`DROP DATABASE IF EXISTS ${database}`);
  await mariadbQuery(`CREATE DATABASE ${database}`);
  return {
    kind: 'MariaDB',
    config: { client: 'mysql2', connection: { host, port, user, password, database } },
    drop: async () => {
      await mariadbQuery(`DROP DATABASE IF EXISTS ${database}`);
    },
  };
}

export async function mariadbQuery(sql: string): Promise<Record<string, string>[]> {
  const { host, port, user, password } = mariadbServer() as MariadbServer;
  const connection = await createConnection({ host, port, user, password });
  try {
    const [rows] = await connection.query(sql);
    return rows as Record<string, string>[];
  } finally {
    await connection.end();
  }
}

/** CPU that MariaDB has used, milliseconds; SQLite works within the process that uses it. */
export function databaseCpu(kind: Kind): number {
  const server = mariadbServer();
  if (kind === 'SQLite' || server === undefined) return 0;
  const fields = readFileSync(`/proc/${server.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  // utime and stime, in hundredths of a second.
  return 10 * (Number(fields[11]) + Number(fields[12]));
}
