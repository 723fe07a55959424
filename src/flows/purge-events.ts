/** Retention: removes events received before a time, and leaves a checkpoint of each profile, so that it can still be folded again. */
import { saveCheckpoint } from '../store/checkpoints.js';
import { subjectHash } from '../store/crypto/subject-hash.js';
import { deleteEventsUpTo, findPurgeable } from '../store/events.js';
import { subjectsUnderHold } from '../store/legal-holds.js';
import { subjectOf } from '../store/profiles.js';
import { deleteQuarantined } from '../store/quarantine.js';
import { withTransaction } from '../store/with-transaction.js';
import type { House } from './house.js';
import { replayProfile } from './replay-profile.js';

const PAGE = 100;

/**
 * Events, and what is in quarantine, are kept as long as duplicates must be known; where no such horizon is configured, for
 * ever. By the time one is removed, the same event sent again is refused as `too-old`. Returns how many events were removed.
 */
export async function purgeOldEvents(house: House): Promise<number> {
  const { duplicateHorizonMs, futureToleranceMs } = house.limits;
  if (duplicateHorizonMs === undefined) return 0;
  const { database } = house.vault;
  const before = house.now() - duplicateHorizonMs - futureToleranceMs;
  await deleteQuarantined(database, database.knex, before);
  return purgeEvents(house, before);
}

/** One account or customer a transaction. Returns how many events were removed. */
export async function purgeEvents(house: House, receivedBefore: number): Promise<number> {
  const { database } = house.vault;
  let removed = 0;
  for (;;) {
    const held = [...(await subjectsUnderHold(database, database.knex))].map(subjectHash);
    const due = await findPurgeable(database, database.knex, { receivedBefore, except: held, limit: PAGE });
    for (const { profileHash, upTo } of due) removed += await purgeOne(house, profileHash, upTo);
    if (due.length < PAGE) return removed;
  }
}

function purgeOne(house: House, profileHash: Buffer, upTo: number): Promise<number> {
  const { database, keys } = house.vault;
  return withTransaction(database, async (trx) => {
    const subject = await subjectOf(database, trx, profileHash);
    // A hold that was placed since the page was read.
    if (subject !== undefined && (await subjectsUnderHold(database, trx)).has(subject)) return 0;
    const key = subject === undefined ? undefined : (await keys.find(trx, [subject])).get(subject);
    // What was erased cannot be folded again, and need not be.
    if (subject !== undefined && key?.destroyed === false) {
      const { profile } = await replayProfile(house, trx, subject, key, upTo + 1);
      await saveCheckpoint(database, trx, subject, key, profile, house.now());
    }
    return deleteEventsUpTo(database, trx, profileHash, upTo);
  });
}
