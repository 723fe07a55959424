/** Maps a delivery from quarantine once more, with the mapping as it is now. */
import { reopenDelivery } from '../../core/sources/kept-delivery.js';
import { markReplayed } from '../../store/quarantine.js';
import { withTransaction } from '../../store/with-transaction.js';
import type { House } from '../house.js';
import { SOURCE_ORIGIN } from './keep-delivery.js';
import { takeDelivery } from './take-delivery.js';

export function isFromSource(origin: string): boolean {
  return origin.startsWith(SOURCE_ORIGIN);
}

/** What is still refused stays in quarantine as it is. */
export async function replayDelivery(
  house: House,
  { id, origin, body }: { id: number; origin: string; body: Buffer },
): Promise<{ id: number; outcome: string; message?: string }> {
  const source = house.sources?.get(origin.slice(SOURCE_ORIGIN.length));
  if (source === undefined) {
    return { id, outcome: 'source-unknown', message: 'The configuration has no source of this name' };
  }
  const answer = await takeDelivery(house, source, reopenDelivery(body), {}, 'replayed');
  const refused = answer.results.find((result) => result.status === 'rejected');
  if (refused?.status === 'rejected') return { id, outcome: refused.code, message: refused.message };
  const outcome = answer.accepted > 0 ? 'accepted' : answer.duplicates > 0 ? 'duplicate' : 'ignored';
  const { database } = house.vault;
  await withTransaction(database, (trx) => markReplayed(database, trx, { id, at: house.now(), outcome }));
  return { id, outcome };
}
