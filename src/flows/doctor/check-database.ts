/** The database answers, its version is one that is known to do, its schema is current, and what it keeps is kept exactly. */
import { readVariables } from '../../store/inspect-database.js';
import { pendingMigrations } from '../../store/migrate.js';
import { type Found, fail, ok, type Surroundings, warn } from './finding.js';

export async function checkDatabase({ database, databaseAway, migrate }: Surroundings): Promise<Found[]> {
  if (database === undefined) return databaseAway === undefined ? [] : [databaseAway];
  const variables = await readVariables(database);
  const found = [version(database.dialect, variables.version ?? '')];
  const pending = await pendingMigrations(database);
  if (pending.length === 0) found.push(ok('schema', 'is up to date'));
  else if (migrate === 'auto') {
    found.push(
      warn('schema', `lacks ${pending.length} migrations`, 'The next start makes them, or run: ledgerbell migrate'),
    );
  } else {
    found.push(
      fail(
        'schema',
        `lacks ${pending.length} migrations, and the service may not make them`,
        'Run: ledgerbell migrate (or hand ledgerbell migrate --sql to your DBA)',
      ),
    );
  }
  return database.dialect === 'mysql' ? [...found, ...mysql(variables)] : found;
}

function version(dialect: string, said: string): Found {
  const subject = dialect === 'sqlite' ? 'SQLite' : /mariadb/i.test(said) ? 'MariaDB' : 'MySQL';
  const [major = 0, minor = 0] = said.split('.').map((part) => Number.parseInt(part, 10));
  const isOld = {
    SQLite: major < 3 || minor < 38,
    MariaDB: major < 10 || (major === 10 && minor < 11),
    MySQL: major < 8,
  }[subject];
  if (!isOld) return ok('version', `${subject} ${said}`);
  return warn(
    'version',
    `${subject} ${said} is older than what this is tested with`,
    'Use MariaDB 10.11, MySQL 8, or newer',
  );
}

function mysql(variables: Record<string, string>): Found[] {
  const charset = variables.character_set_connection;
  const isolation = variables.transaction_isolation ?? variables.tx_isolation ?? '';
  return [
    charset === 'utf8mb4'
      ? ok('charset', 'utf8mb4')
      : fail(
          'charset',
          `the connection uses ${charset}, which loses characters`,
          'Set database.connection.charset to utf8mb4',
        ),
    isolation.replace('-', ' ') === 'READ COMMITTED'
      ? ok('isolation', isolation)
      : warn(
          'isolation',
          `transactions are ${isolation}, not READ COMMITTED`,
          'Take what sets it out of database.pool.afterCreate',
        ),
    /STRICT_(ALL|TRANS)_TABLES/.test(variables.sql_mode ?? '')
      ? ok('sql_mode', 'is strict')
      : fail(
          'sql_mode',
          'is not strict: what does not fit would be cut',
          'Take what sets it out of database.pool.afterCreate',
        ),
    ...(variables.read_only === 'ON' ? [fail('read_only', 'the server only reads', 'Connect to the primary')] : []),
  ];
}
