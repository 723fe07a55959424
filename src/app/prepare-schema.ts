/** The schema that the service starts on. */
import type { Config } from '../config/config.js';
import { LedgerbellError } from '../contracts/errors.js';
import type { Logger } from '../flows/house.js';
import type { Database } from '../store/database.js';
import { migrateDatabase, pendingMigrations } from '../store/migrate.js';

/**
 * Migrates, or refuses to run on an old schema where the operator keeps changes for themselves.
 * @throws LedgerbellError `schema-outdated`, and what `migrateDatabase` throws
 */
export async function prepareSchema(database: Database, config: Config, log: Logger): Promise<void> {
  if (config.migrate === 'auto') {
    const done = await migrateDatabase(database);
    if (done.length > 0) log.info({ migrations: done }, 'database schema brought up to date');
    return;
  }
  const pending = await pendingMigrations(database);
  if (pending.length === 0) return;
  throw new LedgerbellError(
    'schema-outdated',
    `The database lacks ${pending.length} migrations. Run: ledgerbell migrate (or hand \`ledgerbell migrate --sql\` to your DBA)`,
  );
}
