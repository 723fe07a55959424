/** What is answered 2xx survives a power cut: settings that trade that for speed are told. */
import { readVariables } from '../../store/inspect-database.js';
import { type Found, ok, type Surroundings, warn } from './finding.js';

interface Setting {
  name: string;
  /** Values that keep every commit. */
  safe: RegExp;
  loses: string;
  mend: string;
  /** Only where this holds. */
  where?(variables: Record<string, string>): boolean;
}

const MYSQL: readonly Setting[] = [
  {
    name: 'innodb_flush_log_at_trx_commit',
    safe: /^1$/,
    loses: 'the last second of commits',
    mend: 'SET GLOBAL innodb_flush_log_at_trx_commit = 1, and in the configuration of the server',
  },
  {
    name: 'innodb_doublewrite',
    safe: /^(ON|1|DETECT_AND_RECOVER)$/,
    loses: 'whole pages',
    mend: 'Start the server with innodb_doublewrite = ON',
  },
  {
    name: 'sync_binlog',
    safe: /^[1-9]\d*$/,
    loses: 'what a replica has not got yet',
    mend: 'SET GLOBAL sync_binlog = 1, and in the configuration of the server',
    where: ({ log_bin }) => log_bin === 'ON',
  },
];

const SQLITE: readonly Setting[] = [
  { name: 'synchronous', safe: /^[23]$/, loses: 'the last commits', mend: 'Set database.synchronous to FULL' },
  {
    name: 'journal_mode',
    safe: /^wal$/,
    loses: 'more than it should while others read',
    mend: 'Keep the file on a local disk: WAL needs shared memory',
  },
];

export async function checkDurability({ database }: Surroundings): Promise<Found[]> {
  if (database === undefined) return [];
  const variables = await readVariables(database);
  return (database.dialect === 'sqlite' ? SQLITE : MYSQL).flatMap(({ name, safe, loses, mend, where }) => {
    const value = variables[name];
    if (value === undefined || where?.(variables) === false) return [];
    if (safe.test(value)) return [ok(name, value)];
    return [warn(name, `${value}: a power cut may lose ${loses}`, mend)];
  });
}
