/** Some entries of a file, taken as one delivery of their source: mapped, decided and durable; what is refused is in quarantine. */
import { setTimeout as pause } from 'node:timers/promises';
import { LedgerbellError } from '../../contracts/errors.js';
import type { StatementEntry } from '../../contracts/statement.js';
import type { House } from '../house.js';
import type { ReadySource } from '../sources/ready-source.js';
import { type SourceAnswer, type SourceResult, takeDelivery } from '../sources/take-delivery.js';
import type { EntryOutcome } from './counts.js';

/** Milliseconds to wait while more events wait than may. */
const FULL_PAUSE = 50;

/** In the order of the entries. @throws whatever the database threw */
export async function submitEntries(
  house: House,
  { source, entity }: { source: ReadySource; entity: string },
  entries: readonly StatementEntry[],
): Promise<EntryOutcome[]> {
  const body = Buffer.from(JSON.stringify(entries.map(({ record }) => record)));
  const delivery = { body, contentType: 'application/json', headers: {}, query: {}, receivedAt: house.now() };
  const { results } = await untilThereIsRoom(() => takeDelivery(house, source, delivery, { entity }));
  return results.map((result) => outcomeOf(result, entries[result.item]?.line ?? 0));
}

function outcomeOf(result: SourceResult, line: number): EntryOutcome {
  switch (result.status) {
    case 'ignored':
      return { line, status: 'ignored', code: result.reason };
    case 'rejected':
      return { line, status: 'rejected', code: result.code, path: result.path };
    default:
      return { line, status: result.status };
  }
}

async function untilThereIsRoom(submit: () => Promise<SourceAnswer>): Promise<SourceAnswer> {
  for (;;) {
    try {
      return await submit();
    } catch (error) {
      if (!(error instanceof LedgerbellError && error.code === 'queue-full')) throw error;
      await pause(FULL_PAUSE);
    }
  }
}
