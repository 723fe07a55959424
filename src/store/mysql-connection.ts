/** The session settings each MySQL or MariaDB connection of ours starts with. */

interface MysqlConnection {
  query(sql: string, done: (error: unknown) => void): void;
}

/** Strict: a value that does not fit is an error, never cut. */
export const STRICT_SQL_MODE = 'STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION';

const SETTINGS = [
  `SET SESSION sql_mode = '${STRICT_SQL_MODE}', SESSION innodb_lock_wait_timeout = 10`,
  // Each statement sees what is committed by then, and no gap locks: duplicate checks and claims rely on both.
  'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
];

export async function prepareMysqlConnection(connection: MysqlConnection): Promise<void> {
  for (const sql of SETTINGS) {
    await new Promise<void>((resolve, reject) => {
      connection.query(sql, (error) => (error ? reject(error) : resolve()));
    });
  }
}
