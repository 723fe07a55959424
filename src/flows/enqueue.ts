/** Decides an event within a transaction of the host: it commits, or is rolled back, with the host's own payment. */
import type { Knex } from 'knex';
import { LedgerbellError } from '../contracts/errors.js';
import type { House } from './house.js';
import { commitBatch } from './ingest/commit-batch.js';
import type { EventResult, IncomingEvent } from './ingest/types.js';

/** @throws LedgerbellError `enqueue-failed`: the host's transaction is to be rolled back */
export async function commitWithin(house: House, trx: Knex.Transaction, incoming: IncomingEvent): Promise<EventResult> {
  const { results } = await commitBatch(house, trx, [incoming]);
  const [result] = results;
  if (result === undefined) throw new LedgerbellError('enqueue-failed', 'The event was not decided');
  return result;
}
