/** Key rotation: wraps every subject's key, and the index keys, with the ring's first key. Data itself is not touched. */
import type { Database } from '../database.js';
import { withTransaction } from '../with-transaction.js';
import { rewrapIndexKeys } from './index-keys.js';
import type { KeyRing } from './key-ring.js';
import { wrapContext } from './subject-keys.js';

const PAGE = 500;

interface Row {
  subject_hash: Buffer;
  key_id: string;
  wrapped: Buffer;
}

/**
 * In pages, each its own transaction, so that it can be stopped and started again at any time.
 * Once it returns, the ring's other keys seal nothing in this database any more.
 */
export async function rewrapSubjectKeys(
  database: Database,
  keyRing: KeyRing,
  progress: (rewrapped: number) => void = () => {},
): Promise<number> {
  await rewrapIndexKeys(database, keyRing);
  let rewrapped = 0;
  for (let after: Buffer | undefined = Buffer.alloc(0); after !== undefined; ) {
    const page: Row[] = await nextPage(database, keyRing, after);
    await rewrapPage(database, keyRing, page);
    rewrapped += page.length;
    after = page.length === PAGE ? page.at(-1)?.subject_hash : undefined;
    if (page.length > 0) progress(rewrapped);
  }
  return rewrapped;
}

function nextPage(database: Database, keyRing: KeyRing, after: Buffer): Promise<Row[]> {
  return database
    .knex<Row>(database.table('subject_keys'))
    .select('subject_hash', 'key_id', 'wrapped')
    .where('subject_hash', '>', after)
    .whereNull('destroyed_at')
    .whereNot('key_id', keyRing.currentKeyId)
    .orderBy('subject_hash')
    .limit(PAGE);
}

/** Only where the row is still as it was read: one that was destroyed meanwhile must stay destroyed. */
function rewrapPage(database: Database, keyRing: KeyRing, page: Row[]): Promise<void> {
  return withTransaction(database, async (trx) => {
    for (const { subject_hash, key_id, wrapped } of page) {
      const context = wrapContext(subject_hash);
      await trx(database.table('subject_keys'))
        .where({ subject_hash, key_id, destroyed_at: null })
        .update({ key_id: keyRing.currentKeyId, wrapped: keyRing.seal(keyRing.open(wrapped, context), context) });
    }
  });
}
