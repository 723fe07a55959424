/** Retention of what proves what was sent: a time of its own, longer than that of events. */
import { purgeAlerts, purgeDecisions } from '../store/purge-evidence.js';
import { withTransaction } from '../store/with-transaction.js';
import type { House } from './house.js';

const PAGE = 200;

/**
 * Removes what is older than `evidenceMs`. Decisions are kept as long as their event is, so that it can be explained. Returns
 * how many alerts and decisions were removed.
 */
export async function purgeEvidence({ vault: { database }, now, evidenceMs, limits }: House): Promise<number> {
  if (evidenceMs === undefined) return 0;
  const before = now() - evidenceMs;
  let removed = 0;
  for (let page = PAGE; page === PAGE; removed += page)
    page = await withTransaction(database, (trx) => purgeAlerts(database, trx, { before, limit: PAGE }));
  // Where events are kept for ever, so are their decisions.
  if (limits.duplicateHorizonMs === undefined) return removed;
  for (let after: number | undefined = 0; after !== undefined; ) {
    const from: number = after;
    const page = await withTransaction(database, (trx) =>
      purgeDecisions(database, trx, { before, after: from, limit: PAGE }),
    );
    removed += page.removed;
    after = page.last;
  }
  return removed;
}
