/** Decides an event within a transaction of the host: it commits, or is rolled back, with the host's own payment. */
import type { Knex } from 'knex';
import { LedgerbellError } from '../contracts/errors.js';
import type { LedgerEvent } from '../contracts/event.js';
import { eventKey, findStored } from '../store/events.js';
import { settled } from '../store/settled.js';
import type { House } from './house.js';
import { commitBatch } from './ingest/commit-batch.js';
import type { CommitSummary } from './ingest/settings.js';
import type { EventResult, IncomingEvent } from './ingest/types.js';

/** @throws LedgerbellError `enqueue-failed`: the host's transaction is to be rolled back */
export async function commitWithin(house: House, trx: Knex.Transaction, incoming: IncomingEvent): Promise<EventResult> {
  const { results, summary } = await commitBatch(house, trx, [incoming]);
  settled(trx, () => void tellIfKept(house, incoming.event, summary));
  const [result] = results;
  if (result === undefined) throw new LedgerbellError('enqueue-failed', 'The event was not decided');
  return result;
}

/** A transaction ends in the same way whether it was kept or not, so the database is asked. Nobody waits for it. */
async function tellIfKept({ vault, watch, log }: House, event: LedgerEvent, summary: CommitSummary): Promise<void> {
  if (watch === undefined) return;
  const { database } = vault;
  try {
    const stored = await findStored(database, database.knex, [eventKey(event)]);
    if (stored.size > 0) watch.committedWithin(summary);
  } catch (error) {
    log.debug({ error: (error as Error)?.name }, 'an event of a transaction elsewhere could not be counted');
  }
}
