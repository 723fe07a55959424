/** What codes leave behind: texts of messages that ended without leaving, old challenges, and windows that no limit covers. */
import { purgeChallenges } from '../../store/challenges.js';
import { wipeCodes } from '../../store/codes-in-alerts.js';
import { purgeQuotas } from '../../store/quotas.js';
import { withTransaction } from '../../store/with-transaction.js';
import type { House } from '../house.js';

/** Long enough to answer a complaint; the message itself is kept with the alerts. */
const KEPT_MS = 90 * 86_400_000;

export function wipeForgottenCodes({ vault }: House): Promise<number> {
  return withTransaction(vault.database, (trx) => wipeCodes(vault.database, trx));
}

export async function purgeOldChallenges({ vault, now }: House): Promise<number> {
  const { database } = vault;
  const challenges = await purgeChallenges(database, database.knex, now() - KEPT_MS);
  return challenges + (await purgeQuotas(database, database.knex, now()));
}
