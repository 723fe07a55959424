/**
 * A MySQL connection for the length of one transaction, made to wait for as few round trips as possible: each costs as much
 * as deciding a handful of events. What is asked for in the same turn of the event loop travels together, in order; BEGIN and
 * what is held back travel with whatever comes next. A server stops at the first statement that fails, so a COMMIT never
 * overtakes a failure. Knex takes it for the connection itself.
 */

type Done = (error: unknown, rows?: unknown, fields?: unknown) => void;

/** What is needed of mysql2. */
export interface MysqlConnection {
  /** Where `multipleStatements` is off (a proxy may not take them), each travels alone. */
  config: { multipleStatements?: boolean };
  query(sql: string, done: Done): void;
  execute(sql: string, values: readonly unknown[], done: Done): void;
  format(sql: string, values: readonly unknown[]): string;
}

interface Statement {
  sql: string;
  /** Of a prepared statement, which travels alone. */
  values?: readonly unknown[];
  done?: Done;
}

/** With more values than this, binary and prepared is less work for both sides, and worth a round trip of its own. */
const MOST_VALUES_AS_TEXT = 1_000;
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
    const sql = this.#connection.format(text, values ?? []).replace(/;\s*$/, '');
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

  /** As mysql2's own; small statements go as text after all, in the company of others. */
  execute(sql: string, values: readonly unknown[], done: Done): void {
    this.#ask({ ...this.#statement(sql, values), done });
  }

  /** A write whose answer nobody needs: it travels with the next statement, and if it fails, everything after it does. */
  hold(sql: string, values: readonly unknown[]): void {
    const statement = this.#statement(sql, values);
    this.#waiting.push(statement);
    this.#held += statement.sql.length;
    if (statement.values !== undefined || this.#held > LONGEST_TEXT) this.#send();
  }

  /** Nothing, where no statement of the transaction was ever sent, or it has ended. */
  async rollback(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    for (const { done } of this.#waiting.splice(0)) done?.(this.#failure ?? new Error('rolled back'));
    this.#failure = undefined;
    // mysql2 sends it after whatever is under way.
    await new Promise<void>((resolve, reject) => {
      this.#connection.query('ROLLBACK', (error) => (error ? reject(error) : resolve()));
    });
  }

  #statement(sql: string, values: readonly unknown[]): Statement {
    if (values.length > MOST_VALUES_AS_TEXT) return { sql, values };
    return { sql: this.#connection.format(sql, values) };
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
    const [first] = sent as [Statement];
    if (first.values !== undefined) this.#connection.execute(first.sql, first.values, answered);
    else this.#connection.query(sent.map(({ sql }) => sql).join(';\n'), answered);
  }

  /** Takes a prepared statement alone, or as many others as a round trip may carry. */
  #next(): Statement[] {
    if (this.#connection.config.multipleStatements !== true) return this.#waiting.splice(0, 1);
    let count = 0;
    for (let size = 0; count < this.#waiting.length; count++) {
      const { sql, values } = this.#waiting[count] as Statement;
      size += sql.length;
      if (count > 0 && (values !== undefined || size > LONGEST_TEXT)) break;
      if (values !== undefined) return this.#waiting.splice(0, 1);
    }
    return this.#waiting.splice(0, count);
  }

  #ended(error: unknown, rows: unknown, done: Done): void {
    if (!error) this.#open = false;
    done(error, rows);
  }
}
