/** Retention of campaigns: that long after one ended, nothing of it names a customer any more; its counts stay. */
import { endedCampaigns, forgetLastCustomer, purgeCampaignAlerts } from '../../store/purge-campaigns.js';
import { withTransaction } from '../../store/with-transaction.js';
import type { House } from '../house.js';

const PAGE = 500;

/**
 * As old as evidence may be, and only where the alert itself is gone: of customers under a legal hold, and of those whose
 * message is still on record, the rows stay. Returns how many rows were removed.
 */
export async function purgeCampaigns(house: House): Promise<number> {
  const { evidenceMs, now, vault } = house;
  if (evidenceMs === undefined) return 0;
  const { database } = vault;
  let removed = 0;
  for (const key of await endedCampaigns(database, database.knex, now() - evidenceMs)) {
    removed += await forgetLastCustomer(database, database.knex, key);
    removed += await purgeOne(house, key);
  }
  return removed;
}

async function purgeOne({ vault: { database } }: House, key: Buffer): Promise<number> {
  let removed = 0;
  for (let after: string | undefined = ''; after !== undefined; ) {
    const from: string = after;
    const page = await withTransaction(database, (trx) =>
      purgeCampaignAlerts(database, trx, key, { after: from, limit: PAGE }),
    );
    removed += page.removed;
    after = page.next;
  }
  return removed;
}
