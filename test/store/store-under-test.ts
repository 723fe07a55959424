/** A migrated store with its vault, on a new database. */
import type { Knex } from 'knex';
import { createKeyRing } from '../../src/store/crypto/key-ring.js';
import type { SubjectKeysOptions } from '../../src/store/crypto/subject-keys.js';
import { openVault, type Vault } from '../../src/store/crypto/vault.js';
import { type Database, openDatabase } from '../../src/store/database.js';
import { migrateDatabase } from '../../src/store/migrate.js';
import { withTransaction } from '../../src/store/with-transaction.js';
import type { TestDatabase } from '../support/databases.js';
import { createMigrated } from '../support/migrated.js';

export const OLD_KEY = { id: 'old', key: 'a'.repeat(64) };
export const NEW_KEY = { id: 'new', key: 'b'.repeat(64) };
export const keyRing = createKeyRing([OLD_KEY]);

export interface StoreUnderTest {
  database: Database;
  vault: Vault;
  inTransaction<T>(work: (trx: Knex.Transaction) => Promise<T>): Promise<T>;
  /** Another replica: its own connections and its own cache. */
  replica(options?: SubjectKeysOptions): Promise<{ database: Database; vault: Vault }>;
  close(): Promise<void>;
}

export async function openStore(kind: TestDatabase, options: SubjectKeysOptions = {}): Promise<StoreUnderTest> {
  const { config, drop } = await createMigrated(kind);
  const opened: Database[] = [];
  const open = async (vaultOptions: SubjectKeysOptions) => {
    const database = openDatabase({ config, tablePrefix: 'lb_', synchronous: 'NORMAL' });
    opened.push(database);
    await migrateDatabase(database);
    return { database, vault: await openVault(database, keyRing, vaultOptions) };
  };
  const { database, vault } = await open(options);
  return {
    database,
    vault,
    inTransaction: (work) => withTransaction(database, work),
    replica: (vaultOptions = {}) => open(vaultOptions),
    close: async () => {
      for (const each of opened) await each.close();
      await drop();
    },
  };
}

/** The code of the error that a promise or a function ends with. */
export async function codeOf(work: Promise<unknown> | (() => unknown)): Promise<string> {
  try {
    await (typeof work === 'function' ? work() : work);
  } catch (error) {
    return String((error as { code?: unknown }).code ?? error);
  }
  return 'no error';
}
