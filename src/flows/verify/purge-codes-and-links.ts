/** Removes codes that are answered no more, and links long after they ended; clicks on those of campaigns stay counted. */
import { keepClicks } from '../../store/campaign-clicks.js';
import { purgeLinks } from '../../store/preference-links.js';
import { purgeShortLinks } from '../../store/short-links.js';
import { purgeVerifyCodes } from '../../store/verify-codes.js';
import { withTransaction } from '../../store/with-transaction.js';
import type { House } from '../house.js';

/** Whoever opens an old link to choices is told that it expired or was used, and clicks are counted, for so long. */
const LINKS_KEPT_MS = 30 * 86_400_000;

export async function purgeCodesAndLinks({ vault: { database }, now }: House): Promise<number> {
  const codes = await purgeVerifyCodes(database, database.knex, now());
  const before = now() - LINKS_KEPT_MS;
  const short = await withTransaction(database, async (trx) => {
    await keepClicks(database, trx, before);
    return purgeShortLinks(database, trx, before);
  });
  return codes + short + (await purgeLinks(database, database.knex, before));
}
