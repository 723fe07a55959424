/** Removes codes that are answered no more, and links long after they ended. */
import { purgeLinks } from '../../store/preference-links.js';
import { purgeShortLinks } from '../../store/short-links.js';
import { purgeVerifyCodes } from '../../store/verify-codes.js';
import type { House } from '../house.js';

/** Whoever opens an old link to choices is told that it expired or was used, and clicks are counted, for so long. */
const LINKS_KEPT_MS = 30 * 86_400_000;

export async function purgeCodesAndLinks({ vault: { database }, now }: House): Promise<number> {
  const codes = await purgeVerifyCodes(database, database.knex, now());
  const short = await purgeShortLinks(database, database.knex, now() - LINKS_KEPT_MS);
  return codes + short + (await purgeLinks(database, database.knex, now() - LINKS_KEPT_MS));
}
