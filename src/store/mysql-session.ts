/**
 * A MySQL connection for the length of one transaction, made to wait for as few round trips as possible: each costs as much
 * as deciding a handful of events. What is asked for in the same turn of the event loop travels together, in order; BEGIN and
 * what is held back travel with whatever comes next. A server stops at the first statement that fails, so a COMMIT never
 * overtakes a failure. Knex takes it for the connection itself.
 */

import { insertTexts, statementText } from './mysql-text.js';

type Done = (error: unknown, rows?: unknown, fields?: unknown) => void;

/** What is needed of mysql2. */
export interface MysqlConnection {
  /** Where `multipleStatements` is off (a proxy may not take them), each travels alone. */
  config: { multipleStatements?: boolean };
  query(sql: string, values: null, done: Done): void;
  format(sql: string, values: readonly unknown[]): string;
}

interface Statement {
  sql: string;
  done?: Done;
}

/** Characters of one round trip: far below every server's `max_allowed_packet`. */
const LONGEST_TEXT = 1_000_000;

export class MysqlSession {
  readonly #connection: MysqlConnection;
  #waiting: Statement[] = [];
  /** Characters held back. */
  #held = 0;
  #sending = false;
  #scheduled = false;
  #open = false;
  #failure: unknown;

  constructor(connection: MysqlConnection) {
    this.#connection = connection;
  }

  /** As mysql2's own; what Knex calls. */
  query(statement: string | { sql: string }, values: readonly unknown[] | undefined, done: Done): void {
    const text = typeof statement === 'string' ? statement : statement.sql;
    const filled = values === undefined || values.length === 0 ? text : this.#connection.format(text, values);
    const sql = filled.replace(/;\s*$/, '');
    switch (sql) {
      case 'BEGIN':
        this.#open = true;
        this.#waiting.push({ sql });
        done(null, {});
        return;
      case 'ROLLBACK':
        this.rollback().then(() => done(null, {}), done);
        return;
      case 'COMMIT':
        this.#ask({ sql, done: (error, rows) => this.#ended(error, rows, done) });
        return;
      default:
        this.#ask({ sql, done });
    }
  }

  /**
   * As mysql2's own, for statements of ours; but as text, which unlike a prepared one travels in the company of others. Even
   * alone it is no more work: a statement of many values is prepared value by value too.
   */
  execute(sql: string, values: readonly unknown[], done: Done): void {
    this.#ask({ sql: statementText(this.#connection, sql, values), done });
  }

  /**
   * Rows whose answer nobody needs: they travel with the next statement, and if they fail, everything after them does.
   * `before` ends with VALUES, `after` is what follows the rows.
   */
  holdRows(before: string, rows: readonly (readonly unknown[])[], after: string): void {
    for (const sql of insertTexts(this.#connection, before, rows, after)) {
      this.#waiting.push({ sql });
      this.#held += sql.length;
      if (this.#held > LONGEST_TEXT) this.#send();
    }
  }

  /** Nothing, where no statement of the transaction was ever sent, or it has ended. */
  async rollback(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    for (const { done } of this.#waiting.splice(0)) done?.(this.#failure ?? new Error('rolled back'));
    this.#failure = undefined;
    // mysql2 sends it after whatever is under way.
    await new Promise<void>((resolve, reject) => {
      this.#connection.query('ROLLBACK', null, (error) => (error ? reject(error) : resolve()));
    });
  }

  #ask(statement: Statement): void {
    this.#waiting.push(statement);
    if (this.#scheduled) return;
    this.#scheduled = true;
    // After every promise that is settled by now had its say: those are the statements of the same turn.
    process.nextTick(() => {
      this.#scheduled = false;
      this.#send();
    });
  }

  /** One round trip at a time: what waits must not run outside the transaction where this one ends it (a deadlock). */
  #send(): void {
    if (this.#sending || this.#waiting.length === 0) return;
    if (this.#failure !== undefined) {
      for (const { done } of this.#waiting.splice(0)) done?.(this.#failure);
      return;
    }
    const sent = this.#next();
    this.#held = 0;
    this.#sending = true;
    const answered: Done = (error, rows, fields) => {
      this.#sending = false;
      // The driver's error quotes the whole text, with every value in it.
      if (error) this.#failure = Object.assign(error, { sql: undefined });
      const each = (all: unknown, at: number) => (sent.length === 1 ? all : (all as unknown[] | undefined)?.[at]);
      for (const [at, { done }] of sent.entries()) done?.(error, each(rows, at), each(fields, at));
      this.#send();
    };
    // Without `null` the driver looks through the whole text for places to put values in.
    this.#connection.query(sent.map(({ sql }) => sql).join(';\n'), null, answered);
  }

  /** As many as a round trip may carry. */
  #next(): Statement[] {
    if (this.#connection.config.multipleStatements !== true) return this.#waiting.splice(0, 1);
    let count = 0;
    for (let size = 0; count < this.#waiting.length; count++) {
      size += (this.#waiting[count] as Statement).sql.length;
      if (count > 0 && size > LONGEST_TEXT) break;
    }
    return this.#waiting.splice(0, count);
  }

  #ended(error: unknown, rows: unknown, done: Done): void {
    if (!error) this.#open = false;
    done(error, rows);
  }
}
