/** Everything that takes part in the ingestion contest on one kind of database, each in a process of its own. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BenchDatabase, createDatabase, type Kind } from '../harness/databases.js';
import { startWorker, type Worker } from '../harness/worker.js';
import { ACCOUNTS, ingestionRules } from '../world/ingestion.js';
import { toSource } from '../world/ledgerbell-rules.js';
import { registerAccounts, writeRules } from './house.js';

export interface Entrant {
  name: string;
  role: 'product' | 'raw' | 'bare' | 'handwritten';
  rules: number;
  worker: Worker;
  database?: BenchDatabase;
}

export async function startProduct(kind: Kind, rules: number, accounts = ACCOUNTS): Promise<Entrant> {
  const database = await createDatabase(kind, `product_${rules}`);
  await registerAccounts(database, accounts);
  const argument = {
    database: database.config,
    rules: writeRules(toSource(ingestionRules(rules), { notify: 'customer' })),
    folder: mkdtempSync(join(tmpdir(), 'ledgerbell-bench-data-')),
  };
  const worker = await startWorker(new URL('./product-server.js', import.meta.url), argument);
  return { name: `Ledgerbell, ${rules} ${rules === 1 ? 'rule' : 'rules'}`, role: 'product', rules, worker, database };
}

export async function startBare(): Promise<Entrant> {
  const worker = await startWorker(new URL('./bare-server.js', import.meta.url), { work: true });
  return { name: '(b) node:http that verifies, parses, validates', role: 'bare', rules: 0, worker };
}

export async function startHandwritten(kind: Kind, rules: number): Promise<Entrant> {
  const database = await createDatabase(kind, `handwritten_${rules}`);
  const argument = { database: database.config, rules };
  const worker = await startWorker(new URL('./handwritten-server.js', import.meta.url), argument);
  return {
    name: `(c) express + json-rules-engine + Knex, ${rules} rules`,
    role: 'handwritten',
    rules,
    worker,
    database,
  };
}

/** Writes what `product` wrote; so it comes last, when there is something to read. */
export async function startRaw(kind: Kind, product: Entrant): Promise<Entrant> {
  const database = await createDatabase(kind, 'raw');
  const argument = { database: database.config, source: product.database?.config };
  const worker = await startWorker(new URL('./raw-worker.js', import.meta.url), argument);
  const driver = kind === 'SQLite' ? 'better-sqlite3' : 'mysql2';
  return { name: `(a) the same rows with ${driver}, 256 events a commit`, role: 'raw', rules: 0, worker, database };
}

export async function stopAll(entrants: readonly Entrant[]): Promise<void> {
  for (const { worker, database } of entrants) {
    await worker.stop();
    await database?.drop();
  }
}
