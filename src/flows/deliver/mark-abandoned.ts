/** What left when its process died may have been sent: it becomes `unknown`, and is not sent again. */
import { markAbandoned as markRows } from '../../store/outbox-changes.js';
import type { House } from '../house.js';

/** Returns how many. */
export function markAbandoned({ vault, now }: House): Promise<number> {
  return markRows(vault.database, vault.database.knex, now());
}
