/**
 * Keyed hashes: the blind index that finds a phone, and the mark that tells whether an event's body is the same one.
 * Plain hashes of either could be guessed. Their keys are made at first use, kept in `settings` wrapped by the key ring,
 * and never change: rotation only wraps them anew.
 */
import { createHmac, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import type { Knex } from 'knex';
import type { Database } from '../database.js';
import { getSetting, insertSetting, putSetting } from '../settings.js';
import { withTransaction } from '../with-transaction.js';
import type { KeyRing } from './key-ring.js';

export interface IndexKeys {
  /** 32 bytes for a phone in E.164. */
  phoneIndex(e164: string): Buffer;
  /** 32 bytes for an event's canonical text. */
  bodyMac(canonicalText: string): Buffer;
}

const PHONE = 'phone-index-key';
const BODY = 'body-mac-key';

export async function openIndexKeys(database: Database, keyRing: KeyRing): Promise<IndexKeys> {
  return withTransaction(database, async (trx) => {
    const phone = await openKey(database, trx, keyRing, PHONE);
    const body = await openKey(database, trx, keyRing, BODY);
    return { phoneIndex: (e164) => mac(phone, e164), bodyMac: (canonicalText) => mac(body, canonicalText) };
  });
}

/** By way of a string: a buffer that the library makes has memory of its own, which costs as much as the hash. */
const mac = (key: KeyObject, text: string): Buffer =>
  Buffer.from(createHmac('sha256', key).update(text).digest('binary'), 'latin1');

/** Two replicas may start at once: whoever inserts first wins, and both read what is there. */
async function openKey(database: Database, trx: Knex.Transaction, keyRing: KeyRing, name: string): Promise<KeyObject> {
  if ((await getSetting(database, trx, name)) === undefined) {
    await insertSetting(database, trx, name, keyRing.seal(randomBytes(32), name));
  }
  const wrapped = (await getSetting(database, trx, name)) as Buffer;
  return createSecretKey(keyRing.open(wrapped, name));
}

export async function rewrapIndexKeys(database: Database, keyRing: KeyRing): Promise<void> {
  await withTransaction(database, async (trx) => {
    for (const name of [PHONE, BODY]) {
      const wrapped = await getSetting(database, trx, name);
      if (wrapped === undefined) continue;
      await putSetting(database, trx, name, keyRing.seal(keyRing.open(wrapped, name), name));
    }
  });
}
