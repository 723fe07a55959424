/** One webhook alone on an idle system, against the least that durability and HTTP cost: a one-row commit and a bare round trip. */
import { setTimeout as pause } from 'node:timers/promises';
import Sqlite from 'better-sqlite3';
import type { Knex } from 'knex';
import { createConnection } from 'mysql2/promise';
import { type BenchDatabase, createDatabase, type Kind, kinds } from '../harness/databases.js';
import { bySize, type Size } from '../harness/settings.js';
import { median } from '../harness/statistics.js';
import { printTable, times } from '../harness/table.js';
import { startWorker } from '../harness/worker.js';
import { openConnection } from '../ingestion/connection.js';
import { startProduct, stopAll } from '../ingestion/entrants.js';
import { signedRequest } from '../ingestion/requests.js';
import { ACCOUNTS, postings } from '../world/ingestion.js';

const RULES = 20;
/** Events beforehand. */
const WARM_UP = 3_000;
/** Between one and the next, milliseconds: nothing is under way when it comes. */
const QUIET_MS = 4;

export async function idle({ size }: { size: Size }): Promise<void> {
  const count = bySize(size, { quick: 50, usual: 500, full: 3_000 });
  const rows: string[][] = [];
  for (const kind of kinds()) rows.push(await onDatabase(kind, count));
  printTable({
    title: `Idle latency: one webhook alone, ${RULES} rules, milliseconds (medians)`,
    notes: ['The three take turns; the target is 1.5 x on SQLite and 2.5 x on MariaDB.'],
    columns: ['', 'webhook to durable answer', 'one-row commit', 'bare HTTP round trip', 'ratio'],
    rows,
  });
}

async function onDatabase(kind: Kind, count: number): Promise<string[]> {
  const product = await startProduct(kind, RULES);
  const bare = await startWorker(new URL('../ingestion/bare-server.js', import.meta.url), { work: false });
  const database = await createDatabase(kind, 'one_row');
  const writer = await oneRowWriter(database);
  const [toProduct, toBare] = [
    await openConnection(product.worker.ready as number),
    await openConnection(bare.ready as number),
  ];
  const now = Date.now();
  const events = postings('idle', 5, ACCOUNTS, now);
  // A service that has been running: its code is compiled, its accounts are known.
  for (let at = 0; at < WARM_UP; at++) await toProduct.send(signedRequest('single', events, now));
  const taken = { product: [] as number[], commit: [] as number[], http: [] as number[] };
  for (let at = 0; at < count; at++) {
    const request = signedRequest('single', events, now);
    taken.product.push(await timed(() => toProduct.send(request)));
    taken.commit.push(await timed(() => writer.write(at)));
    taken.http.push(await timed(() => toBare.send(request)));
  }
  for (const connection of [toProduct, toBare]) connection.close();
  await writer.close();
  await bare.stop();
  await stopAll([product]);
  await database.drop();
  // The first ones are not warm.
  const middle = (values: readonly number[]) => median(values.slice(Math.floor(values.length / 5)));
  const [own, commit, http] = [middle(taken.product), middle(taken.commit), middle(taken.http)];
  return [kind, ...[own, commit, http].map((milliseconds) => milliseconds.toFixed(2)), times(own / (commit + http))];
}

async function timed(work: () => unknown): Promise<number> {
  await pause(QUIET_MS);
  const began = performance.now();
  await work();
  return performance.now() - began;
}

interface OneRowWriter {
  write(number: number): unknown;
  close(): unknown;
}

const BODY = 'x'.repeat(600);
const TABLE = 'create table one_row (id bigint primary key, body text)';
const INSERT = 'insert into one_row (id, body) values (?, ?)';

function oneRowWriter({ kind, config }: BenchDatabase): Promise<OneRowWriter> {
  return kind === 'SQLite' ? sqliteWriter(config) : mysqlWriter(config);
}

async function sqliteWriter({ connection }: Knex.Config): Promise<OneRowWriter> {
  const database = new Sqlite((connection as { filename: string }).filename);
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.exec(TABLE);
  const insert = database.prepare(INSERT);
  return { write: (number) => insert.run(number, BODY), close: () => database.close() };
}

async function mysqlWriter({ connection: settings }: Knex.Config): Promise<OneRowWriter> {
  const connection = await createConnection(settings as object);
  await connection.query(TABLE);
  return { write: (number) => connection.execute(INSERT, [number, BODY]), close: () => connection.end() };
}
