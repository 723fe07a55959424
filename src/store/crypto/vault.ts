/** The database together with everything that seals and opens what is personal in it. */
import type { Database } from '../database.js';
import { type IndexKeys, openIndexKeys } from './index-keys.js';
import type { KeyRing } from './key-ring.js';
import { type SubjectKeys, type SubjectKeysOptions, subjectKeys } from './subject-keys.js';

export interface Vault extends IndexKeys {
  readonly database: Database;
  readonly keyRing: KeyRing;
  readonly keys: SubjectKeys;
}

/** Needs a migrated database: the index keys are made at first use. */
export async function openVault(
  database: Database,
  keyRing: KeyRing,
  options: SubjectKeysOptions = {},
): Promise<Vault> {
  const indexKeys = await openIndexKeys(database, keyRing);
  return { database, keyRing, keys: subjectKeys(database, keyRing, options), ...indexKeys };
}
