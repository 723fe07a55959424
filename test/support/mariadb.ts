/** The MariaDB server that the tests share: the one the test command started, or one started when first asked for. */
import { type Mariadb, type MariadbConnection, missingMariadb, startMariadb } from '../../scripts/mariadb.mjs';

export type { Mariadb, MariadbConnection, MariadbOptions } from '../../scripts/mariadb.mjs';
/** A server of a test's own, for tests in which the database goes away: `stop()`, `kill()`, `start()`, and `remove()` after. */
export { startMariadb } from '../../scripts/mariadb.mjs';

/** Written by scripts/test.mjs: the connection as JSON, or the reason why there is none. */
interface Announcement extends Partial<MariadbConnection> {
  unavailable?: string;
}

const announced: Announcement | undefined = process.env.LEDGERBELL_TEST_MARIADB
  ? JSON.parse(process.env.LEDGERBELL_TEST_MARIADB)
  : undefined;

let own: Promise<Mariadb> | undefined;

/** Why no test can use MariaDB here, or undefined. */
export function mariadbSkipReason(): string | undefined {
  return announced ? announced.unavailable : missingMariadb();
}

/** A server started here ends with this process. */
export async function sharedMariadb(): Promise<MariadbConnection> {
  if (announced?.port) return announced as MariadbConnection;
  own ??= startMariadb();
  return (await own).connection;
}
