/** What each customer chose: topics, own thresholds, quiet hours, a phrase. Every put that changes something is a version. */
import { isDeepStrictEqual } from 'node:util';
import type { Knex } from 'knex';
import type { PhrasePreference, PreferencesDocument } from '../contracts/customer.js';
import { openJson, sealJson } from './crypto/sealed-json.js';
import { customerSubject } from './crypto/subject-hash.js';
import type { SubjectKey } from './crypto/subject-key.js';
import type { Vault } from './crypto/vault.js';
import { lockedRow } from './locked-row.js';
import { markRegistryChanged } from './registry-memory.js';
import { appendVersion } from './versions.js';

interface PreferencesRow {
  entity: string;
  customer_id: string;
  version: number;
  document: string;
  /** Sealed with the customer's key; no rule reads it. */
  phrase: Buffer | null;
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
  const state: PreferencesDocument = JSON.parse(JSON.stringify(put.document));
  const name = { entity, customer_id: customerId };
  const empty = { version: 0, document: '{}', updated_at: at };
  const row = await lockedRow<PreferencesRow>(vault.database, trx, 'preferences', name, empty);
  const created = row.version === 0;
  const key = await keyOf(vault, trx, name);
  if (!created && isDeepStrictEqual(documentOf(row, key), state)) return { created, version: row.version };
  const version = row.version + 1;
  const { phrase, ...rest } = state;
  const sealed = phrase === undefined ? null : sealJson(key, phrase, phraseContext(entity, customerId));
  const columns = { version, document: JSON.stringify(rest), phrase: sealed, updated_at: at };
  await trx<PreferencesRow>(vault.database.table('preferences')).where(name).update(columns);
  await markRegistryChanged(vault.database, trx);
  const versionName = { kind: 'preferences', entity, id: customerId, version } as const;
  // A former phrase is of no use to anybody: versions are kept for the rules, which do not read it.
  await appendVersion(vault.database, trx, key, { ...versionName, validFrom: at, state: rest });
  return { created, version };
}

/** @throws LedgerbellError `erased` */
export async function getPreferences(
  vault: Vault,
  trx: Knex,
  entity: string,
  customerId: string,
): Promise<PreferencesRecord> {
  const name = { entity, customer_id: customerId };
  const row = await trx<PreferencesRow>(vault.database.table('preferences')).where(name).first();
  if (row === undefined) return { version: 0, document: {} };
  const subject = customerSubject(entity, customerId);
  const key = row.phrase === null ? undefined : (await vault.keys.find(trx, [subject])).get(subject);
  return { version: row.version, document: documentOf(row, key) };
}

/** Opens what `CustomerContext.sealedPhrase` holds. @throws LedgerbellError `erased`, `sealed-data-damaged` */
export function openPhrase(key: SubjectKey, sealed: Buffer, entity: string, customerId: string): PhrasePreference {
  return openJson<PhrasePreference>(key, sealed, phraseContext(entity, customerId));
}

async function keyOf(
  vault: Vault,
  trx: Knex.Transaction,
  { entity, customer_id }: Pick<PreferencesRow, 'entity' | 'customer_id'>,
): Promise<SubjectKey> {
  const subject = customerSubject(entity, customer_id);
  return (await vault.keys.load(trx, [subject])).get(subject) as SubjectKey;
}

function documentOf(row: PreferencesRow, key: SubjectKey | undefined): PreferencesDocument {
  const document: PreferencesDocument = JSON.parse(row.document);
  if (row.phrase === null || key === undefined) return document;
  return { ...document, phrase: openPhrase(key, row.phrase, row.entity, row.customer_id) };
}

function phraseContext(entity: string, customerId: string): string {
  return `preferences-phrase/${entity}/${customerId}`;
}
