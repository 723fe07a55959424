/** Forgets what was counted against ceilings in periods that are over. For a tick. */
import { purgeCounts } from '../../store/send-counts.js';
import type { House } from '../house.js';

/** Returns how many periods. */
export function purgeSendCounts({ vault: { database }, now }: House): Promise<number> {
  return purgeCounts(database, database.knex, now());
}
