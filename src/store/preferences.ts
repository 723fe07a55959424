/** What each customer chose: topics, own thresholds, quiet hours. Every put that changes something is a version. */
import { isDeepStrictEqual } from 'node:util';
import type { Knex } from 'knex';
import type { PreferencesDocument } from '../contracts/customer.js';
import { customerSubject } from './crypto/subject-hash.js';
import type { SubjectKey } from './crypto/subject-key.js';
import type { Vault } from './crypto/vault.js';
import type { Database } from './database.js';
import { lockedRow } from './locked-row.js';
import { markRegistryChanged } from './registry-memory.js';
import { appendVersion } from './versions.js';

interface PreferencesRow {
  entity: string;
  customer_id: string;
  version: number;
  document: string;
  updated_at: number;
}

/** Version 0 is the empty document of a customer who never chose. */
export interface PreferencesRecord {
  version: number;
  document: PreferencesDocument;
}

/** Replaces the whole document. The same again is no new version. @throws LedgerbellError `erased` */
export async function putPreferences(
  vault: Vault,
  trx: Knex.Transaction,
  put: { entity: string; customerId: string; document: PreferencesDocument; at: number },
): Promise<{ created: boolean; version: number }> {
  const { entity, customerId, at } = put;
  const text = JSON.stringify(put.document);
  const name = { entity, customer_id: customerId };
  const empty = { version: 0, document: '{}', updated_at: at };
  const row = await lockedRow<PreferencesRow>(vault.database, trx, 'preferences', name, empty);
  const created = row.version === 0;
  const state: PreferencesDocument = JSON.parse(text);
  if (!created && isDeepStrictEqual(JSON.parse(row.document), state)) return { created, version: row.version };
  const version = row.version + 1;
  const subject = customerSubject(entity, customerId);
  const key = (await vault.keys.load(trx, [subject])).get(subject) as SubjectKey;
  const columns = { version, document: text, updated_at: at };
  await trx<PreferencesRow>(vault.database.table('preferences')).where(name).update(columns);
  await markRegistryChanged(vault.database, trx);
  const versionName = { kind: 'preferences', entity, id: customerId, version } as const;
  await appendVersion(vault.database, trx, key, { ...versionName, validFrom: at, state });
  return { created, version };
}

export async function getPreferences(
  database: Database,
  trx: Knex,
  entity: string,
  customerId: string,
): Promise<PreferencesRecord> {
  const name = { entity, customer_id: customerId };
  const row = await trx<PreferencesRow>(database.table('preferences')).where(name).first();
  return row === undefined
    ? { version: 0, document: {} }
    : { version: row.version, document: JSON.parse(row.document) };
}
