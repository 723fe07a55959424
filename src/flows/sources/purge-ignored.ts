/** Retention of the counts of what mappings ignored: as long as what proves what was sent. */
import { purgeIgnoredCounts } from '../../store/source-ignored.js';
import type { House } from '../house.js';

/** Returns how many days' counts were removed. */
export async function purgeIgnored({ vault: { database }, now, evidenceMs }: House): Promise<number> {
  return evidenceMs === undefined ? 0 : purgeIgnoredCounts(database, database.knex, now() - evidenceMs);
}
