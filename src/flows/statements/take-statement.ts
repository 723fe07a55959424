/**
 * Takes a file of entries, each an event: first it is read from end to end, so that a file which is broken or whose totals
 * are wrong gives nothing at all; then its entries are submitted in order, and how far it came is written beside them. A
 * file whose taking was cut short goes on where it stood; the same file again changes nothing.
 */
import { hash, randomUUID } from 'node:crypto';
import { LedgerbellError } from '../../contracts/errors.js';
import type { StatementEntry, StatementReader } from '../../contracts/statement.js';
import { DEFAULT_ENTITY } from '../../core/event/parse-event.js';
import { claimLease, releaseLeases } from '../../store/leases.js';
import { findStatement, type StatementRow, saveStatement } from '../../store/statements.js';
import { withTransaction } from '../../store/with-transaction.js';
import type { House } from '../house.js';
import type { ReadySource } from '../sources/ready-source.js';
import { addOutcomes, NO_COUNTS } from './counts.js';
import { type StatementFile, surveyStatement } from './statement-file.js';
import { steadyFile } from './steady-file.js';
import { submitEntries } from './submit-entries.js';

export interface TakeStatement {
  source: ReadySource;
  reader: StatementReader;
  file: StatementFile;
  /** `reading`: bytes of the first reading; `taking`: entries that are durable. */
  progress?(state: { phase: 'reading' | 'taking'; done: number; of: number }): void;
  /** Stops after the step under way; what was taken stays taken. */
  signal?: AbortSignal;
}

/** Entries between two notes of how far it is. */
const ENTRIES_A_STEP = 256;
/** A process that died lets go of its file after this. */
export const STATEMENT_LEASE_MS = 20_000;

/**
 * @throws LedgerbellError `statement-under-way` where another replica takes it at this moment; `statement-changed` where the
 *   file is another one when it is read again; whatever the database threw: then what was taken stays taken, and it can be
 *   called again
 */
export async function takeStatement(house: House, request: TakeStatement): Promise<StatementRow> {
  const { reader } = request;
  const file = steadyFile(request.file);
  const { name: source, entity = DEFAULT_ENTITY } = request.source;
  const started = house.now();
  const row = { entity, source, name: file.name, bytes: file.bytes, startedAt: started, updatedAt: started };
  try {
    const entries = await surveyStatement(reader, file, (done) =>
      request.progress?.({ phase: 'reading', done, of: file.bytes }),
    );
    const key = keyOf(entity, source, await file.digest());
    return await underLease(house, key, async (renew) => {
      const known = await findStatement(house.vault.database, house.vault.database.knex, key);
      if (known?.state === 'done') return known;
      const fresh: StatementRow = { ...row, key, state: 'reading', entries, done: 0, counts: NO_COUNTS };
      return takeEntries(
        house,
        { ...request, file },
        known === undefined ? fresh : { ...known, entries, refusal: undefined },
        renew,
      );
    });
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const { code, message } = error;
    const key = keyOf(entity, source, await file.digest());
    const refused: StatementRow = {
      ...row,
      key,
      state: 'refused',
      entries: 0,
      done: 0,
      counts: NO_COUNTS,
      refusal: { code, message },
    };
    await save(house, refused);
    return refused;
  }
}

async function takeEntries(
  house: House,
  request: TakeStatement,
  from: StatementRow,
  renew: () => Promise<void>,
): Promise<StatementRow> {
  const most = Math.min(ENTRIES_A_STEP, house.limits.batchEvents);
  let row = from;
  let at = 0;
  let step: StatementEntry[] = [];
  const flush = async (): Promise<void> => {
    request.signal?.throwIfAborted();
    const outcomes = await submitEntries(house, { source: request.source, entity: from.entity }, step);
    await renew();
    const done = row.done + step.length;
    row = { ...row, state: 'reading', done, counts: addOutcomes(row.counts, outcomes), updatedAt: house.now() };
    await save(house, row);
    step = [];
    request.progress?.({ phase: 'taking', done, of: row.entries });
  };
  for await (const entry of request.reader.read(request.file.open())) {
    at += 1;
    if (at <= from.done) continue;
    step.push(entry);
    if (step.length === most) await flush();
  }
  if (step.length > 0) await flush();
  const done: StatementRow = { ...row, state: 'done', updatedAt: house.now() };
  await save(house, done);
  return done;
}

/** A second row for the same content would let it be taken twice at once. */
function keyOf(entity: string, source: string, digest: Buffer): Buffer {
  return hash('sha256', Buffer.concat([Buffer.from(`${entity}\n${source}\n`), digest]), 'buffer');
}

/** @throws LedgerbellError `statement-under-way`, also from `renew` where another replica has taken over meanwhile */
async function underLease<T>(house: House, key: Buffer, take: (renew: () => Promise<void>) => Promise<T>): Promise<T> {
  const { database } = house.vault;
  const lease = { name: `statement/${key.toString('hex')}`, owner: randomUUID() };
  const renew = async (): Promise<void> => {
    const isOurs = await withTransaction(database, (trx) =>
      claimLease(database, trx, { ...lease, forMs: STATEMENT_LEASE_MS }),
    );
    if (!isOurs) throw new LedgerbellError('statement-under-way', 'This file is being taken at this moment');
  };
  await renew();
  try {
    return await take(renew);
  } finally {
    const names = [lease.name];
    await withTransaction(database, (trx) => releaseLeases(database, trx, { names, owner: lease.owner }));
  }
}

async function save({ vault: { database } }: House, row: StatementRow): Promise<void> {
  await withTransaction(database, (trx) => saveStatement(database, trx, row));
}

function isRefusal(error: unknown): error is LedgerbellError {
  return error instanceof LedgerbellError && REFUSALS.has(error.code);
}

const REFUSALS: ReadonlySet<string> = new Set([
  'statement-malformed',
  'statement-incomplete',
  'statement-kind',
  'statement-totals',
  'statement-entry-too-large',
]);
