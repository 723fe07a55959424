/** Retention of what customers sent to the bank: as long as what proves what was sent to them. */
import { purgeInboundBefore } from '../store/purge-inbound.js';
import { withTransaction } from '../store/with-transaction.js';
import type { House } from './house.js';

const PAGE = 200;

/** What they stopped, and what they consented to, stays in force: that is kept elsewhere. Returns how many were removed. */
export async function purgeInbound({ vault: { database }, now, evidenceMs }: House): Promise<number> {
  if (evidenceMs === undefined) return 0;
  const options = { before: now() - evidenceMs, limit: PAGE };
  let removed = 0;
  for (let page = PAGE; page === PAGE; removed += page)
    page = await withTransaction(database, (trx) => purgeInboundBefore(database, trx, options));
  return removed;
}
