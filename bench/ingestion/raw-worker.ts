/**
 * Yardstick (a): the same rows as the product's, written with the bare driver in its best form: 256 events a commit, one
 * connection, prepared statements (on MySQL with all rows of a table in one). No HTTP, no rules, nothing read.
 */
import { randomBytes } from 'node:crypto';
import Sqlite from 'better-sqlite3';
import type { Knex } from 'knex';
import { type Connection, createConnection } from 'mysql2/promise';
import { openDatabase } from '../../src/store/database.js';
import { migrateDatabase } from '../../src/store/migrate.js';
import { answer } from '../harness/worker.js';
import { PREFIX } from './house.js';
import { EVENTS_A_COMMIT, sampleRows, type TableSample } from './sample-rows.js';

export interface RawArgument {
  /** Empty; migrated here. */
  database: Knex.Config;
  /** The product's own. */
  source: Knex.Config;
}

export interface RawResult {
  events: number;
  milliseconds: number;
  /** CPU spent on making the rows beforehand, milliseconds. */
  prepared: number;
}

/** Rows of one table in one commit. */
interface Chunk {
  sample: TableSample;
  rows: unknown[][];
}

interface Writer {
  commit(chunks: readonly Chunk[]): void | Promise<void>;
}

answer<RawArgument>(async ({ database, source }) => {
  const samples = await samplesOf(source);
  const own = openDatabase({ config: structuredClone(database), tablePrefix: PREFIX, synchronous: 'FULL' });
  await migrateDatabase(own);
  await own.close();
  const writer = database.client === 'mysql2' ? await mysqlWriter(database) : sqliteWriter(database);
  const samplesText = samples.map(({ table, perCommit }) => `${table} ${perCommit}`).join(', ');
  return {
    ready: samplesText,
    answers: {
      async write({ events, milliseconds }: { events: number; milliseconds: number }): Promise<RawResult> {
        const before = process.cpuUsage();
        const commits = Array.from({ length: Math.ceil(events / EVENTS_A_COMMIT) }, () => samples.map(chunkOf));
        const prepared = cpuSince(before);
        const began = performance.now();
        let done = 0;
        for (const chunks of commits) {
          await writer.commit(chunks);
          done += EVENTS_A_COMMIT;
          if (performance.now() - began > milliseconds) break;
        }
        return { events: done, milliseconds: performance.now() - began, prepared };
      },
    },
  };
});

function cpuSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

async function samplesOf(source: Knex.Config): Promise<TableSample[]> {
  const product = openDatabase({ config: structuredClone(source), tablePrefix: PREFIX });
  try {
    return await sampleRows(product);
  } finally {
    await product.close();
  }
}

function chunkOf(sample: TableSample): Chunk {
  const { rows, perCommit, unique, columns } = sample;
  const from = Math.floor(Math.random() * rows.length);
  const changed = unique.map((column) => columns.indexOf(column));
  const chosen = Array.from({ length: perCommit }, (_, at) => {
    const row = [...(rows[(from + at) % rows.length] as unknown[])];
    for (const column of changed) row[column] = another(row[column]);
    return row;
  });
  return { sample, rows: chosen };
}

/** Of the same length and kind. */
function another(value: unknown): unknown {
  if (Buffer.isBuffer(value)) return randomBytes(value.length);
  return typeof value === 'string' ? randomBytes(value.length).toString('hex').slice(0, value.length) : value;
}

function insertInto({ table, columns, replaces }: TableSample, rows: number, client: string): string {
  const row = `(${columns.map(() => '?').join(',')})`;
  const into = `insert into ${table} (${columns.map((column) => `\`${column}\``).join(',')}) values `;
  const values = Array.from({ length: rows }, () => row).join(',');
  if (replaces.length === 0) return into + values;
  if (client === 'mysql2') {
    return `${into}${values} on duplicate key update ${replaces.map((name) => `\`${name}\`=values(\`${name}\`)`).join(',')}`;
  }
  return `${into}${values} on conflict do update set ${replaces.map((name) => `\`${name}\`=excluded.\`${name}\``).join(',')}`;
}

async function mysqlWriter({ connection: settings }: Knex.Config): Promise<Writer> {
  const connection: Connection = await createConnection({ ...(settings as object), timezone: 'Z' });
  return {
    async commit(chunks) {
      await connection.query('START TRANSACTION');
      for (const { sample, rows } of chunks) {
        await connection.execute(insertInto(sample, rows.length, 'mysql2'), rows.flat() as never);
      }
      await connection.query('COMMIT');
    },
  };
}

function sqliteWriter({ connection }: Knex.Config): Writer {
  const database = new Sqlite((connection as { filename: string }).filename);
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.pragma('foreign_keys = ON');
  const statements = new Map<string, Sqlite.Statement>();
  const insert = (sample: TableSample) => {
    const known = statements.get(sample.table) ?? database.prepare(insertInto(sample, 1, 'better-sqlite3'));
    statements.set(sample.table, known);
    return known;
  };
  const commit = database.transaction((chunks: readonly Chunk[]) => {
    for (const { sample, rows } of chunks) {
      const statement = insert(sample);
      for (const row of rows) statement.run(row);
    }
  });
  return { commit: (chunks) => commit.immediate(chunks) };
}
