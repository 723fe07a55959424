/** What a service of ours runs on in a benchmark: a migrated database with registered accounts, and rules in a folder. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RuleSetSource } from '../../src/core/rules/rule-set.js';
import { putAccount } from '../../src/store/accounts.js';
import { createKeyRing } from '../../src/store/crypto/key-ring.js';
import { openVault, type Vault } from '../../src/store/crypto/vault.js';
import { putCustomer } from '../../src/store/customers.js';
import { type Database, openDatabase } from '../../src/store/database.js';
import { migrateDatabase } from '../../src/store/migrate.js';
import { withTransaction } from '../../src/store/with-transaction.js';
import type { BenchDatabase } from '../harness/databases.js';

export const KEYS = [{ id: 'bench', key: 'b'.repeat(64) }];
export const PREFIX = 'lb_';

export function openStore({ config }: BenchDatabase): Database {
  return openDatabase({ config: structuredClone(config), tablePrefix: PREFIX, synchronous: 'FULL' });
}

/** Accounts `a0`, `a1`, ... each held by one customer with a phone. */
export async function registerAccounts(bench: BenchDatabase, accounts: number): Promise<void> {
  const database = openStore(bench);
  try {
    await migrateDatabase(database);
    const vault = await openVault(database, createKeyRing(KEYS));
    for (let start = 0; start < accounts; start += 250)
      await registerSome(vault, start, Math.min(start + 250, accounts));
  } finally {
    await database.close();
  }
}

function registerSome(vault: Vault, from: number, to: number): Promise<void> {
  const at = Date.now();
  return withTransaction(vault.database, async (trx) => {
    for (let number = from; number < to; number++) {
      const [customerId, accountId] = [`c${number}`, `a${number}`];
      const document = { phone: '+12015550100', locale: 'en', timeZone: 'Europe/Tallinn' };
      await putCustomer(vault, trx, { entity: 'default', customerId, document, at });
      const holders = [{ customerId, role: 'owner' as const }];
      await putAccount(vault, trx, { entity: 'default', accountId, document: { holders, currency: 'EUR' }, at });
    }
  });
}

/** Rule folders as the service reads them; a fresh folder. */
export function writeRules({ rules }: RuleSetSource): string {
  const folder = mkdtempSync(join(tmpdir(), 'ledgerbell-bench-rules-'));
  const topics = Object.fromEntries(rules.map(({ rule }) => [rule.topic, { consent: 'opt-out' }]));
  writeFileSync(join(folder, 'topics.json'), JSON.stringify(topics));
  for (const { rule, messages } of rules) {
    mkdirSync(join(folder, rule.name));
    writeFileSync(join(folder, rule.name, 'rule.json'), JSON.stringify(rule));
    writeFileSync(join(folder, rule.name, 'messages.json'), JSON.stringify(messages));
  }
  return folder;
}
