/** The user of the database may do what is needed, and not much more. On SQLite, the file and its folder can be written. */
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { dirname } from 'node:path';
import { readGrants } from '../../store/inspect-database.js';
import { type Found, fail, ok, type Surroundings, warn } from './finding.js';

const ALWAYS = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'];
const TO_MIGRATE = ['CREATE', 'ALTER', 'INDEX'];

export async function checkPrivileges(around: Surroundings): Promise<Found[]> {
  const { database, databaseFile, migrate } = around;
  if (database === undefined) return [];
  if (database.dialect === 'sqlite') return databaseFile === undefined ? [] : [await fileCanBeWritten(databaseFile)];
  const grants = (await readGrants(database)) ?? [];
  const wanted = migrate === 'auto' ? [...ALWAYS, ...TO_MIGRATE] : ALWAYS;
  return [...isEnough(grants, wanted), ...isTooMuch(grants)];
}

function isEnough(grants: readonly string[], wanted: readonly string[]): Found[] {
  // A role, or a grant on single tables, says nothing here of the whole database.
  const granted = grants.flatMap((grant) => /^GRANT (.+?) ON /.exec(grant)?.[1]?.split(', ') ?? []);
  const missing = granted.includes('ALL PRIVILEGES') ? [] : wanted.filter((one) => !granted.includes(one));
  if (missing.length === 0) return [ok('privileges', 'are enough')];
  return [
    fail(
      'privileges',
      `lack ${missing.join(', ')}`,
      `GRANT ${missing.join(', ')} ON the database of database.connection TO its user`,
    ),
  ];
}

function isTooMuch(grants: readonly string[]): Found[] {
  const isMaster = grants.some((grant) =>
    /^GRANT (ALL PRIVILEGES|.*\b(SUPER|FILE|SHUTDOWN|CREATE USER)\b).* ON \*\.\*/.test(grant),
  );
  if (!isMaster) return [];
  return [
    warn(
      'privileges',
      'reach beyond its database: this user rules the whole server',
      'Make a user of its own with rights on one database',
    ),
  ];
}

async function fileCanBeWritten(file: string): Promise<Found> {
  try {
    await access(file, constants.R_OK | constants.W_OK);
    await access(dirname(file), constants.W_OK);
    return ok('privileges', 'the file and its folder can be written');
  } catch {
    return fail(
      'privileges',
      'the file of the database, or its folder, cannot be written',
      'Give both to the user that runs the service',
    );
  }
}
