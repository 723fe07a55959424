/** Sees every commit of a connection, on its way there and back: where a process dies is decided here. */
import type { Knex } from 'knex';

export interface CommitWatch {
  /** @throws to end the process before it commits, or after it */
  before(): void;
  after(): void;
}

type Done = (error: unknown, ...rest: unknown[]) => void;

interface Connection {
  exec?(sql: string): unknown;
  query?(sql: unknown, values: unknown, done: unknown): unknown;
}

export function watched(config: Knex.Config, watch: CommitWatch): Knex.Config {
  const afterCreate = (connection: Connection, done: (error: unknown, connection: unknown) => void) => {
    if (connection.exec === undefined) watchMysql(connection, watch);
    else watchSqlite(connection, watch);
    done(undefined, connection);
  };
  return { ...structuredClone(config), pool: { afterCreate } };
}

function watchSqlite(connection: Connection, watch: CommitWatch): void {
  const exec = connection.exec?.bind(connection);
  connection.exec = (sql) => {
    if (sql !== 'COMMIT') return exec?.(sql);
    watch.before();
    exec?.(sql);
    watch.after();
    return undefined;
  };
}

/** A commit travels last in a text of several statements. */
function watchMysql(connection: Connection, watch: CommitWatch): void {
  const query = connection.query?.bind(connection);
  connection.query = (sql, values, done) => {
    if (typeof sql !== 'string' || !/(^|\n)COMMIT$/.test(sql) || typeof done !== 'function') {
      return query?.(sql, values, done);
    }
    const died = caught(() => watch.before());
    if (died !== undefined) return void setImmediate(() => (done as Done)(died));
    return query?.(sql, values, (error: unknown, ...rest: unknown[]) => {
      (done as Done)(error ?? caught(() => watch.after()), ...rest);
    });
  };
}

function caught(work: () => void): unknown {
  try {
    work();
    return undefined;
  } catch (error) {
    return error;
  }
}
