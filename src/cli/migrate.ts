/** `migrate`: brings the schema up to date, says what is missing, or prints the SQL for a DBA. */
import type { Command } from 'commander';
import { migrateDatabase, migrationSql, pendingMigrations } from '../store/migrate.js';
import type { Cli } from './cli.js';
import { misuse } from './usage.js';

export function addMigrate(program: Command, cli: Cli): void {
  program
    .command('migrate')
    .description('bring the database schema up to date')
    .option('--check', 'change nothing; exit code 1 where something is missing')
    .option('--sql', 'change nothing; print the SQL of all migrations')
    .action((options: { check?: boolean; sql?: boolean }) => migrate(cli, options));
}

async function migrate(cli: Cli, { check, sql }: { check?: boolean; sql?: boolean }): Promise<void> {
  if (check && sql) throw misuse('Either --check or --sql');
  const work = async (database: Parameters<typeof migrateDatabase>[0]): Promise<void> => {
    if (sql) {
      const statements = await migrationSql(database);
      cli.show({ sql: statements }, () => statements);
    } else if (check) {
      const pending = await pendingMigrations(database);
      if (pending.length > 0) cli.problem();
      cli.show({ pending }, () =>
        pending.length === 0 ? 'The schema is up to date.' : `Missing: ${pending.join(', ')}`,
      );
    } else {
      const done = await migrateDatabase(database);
      cli.show({ done }, () => (done.length === 0 ? 'The schema was up to date already.' : `Done: ${done.join(', ')}`));
    }
  };
  await cli.withDatabase(cli.config('keep'), work, 'any');
}
