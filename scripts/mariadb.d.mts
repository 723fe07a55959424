export interface MariadbConnection {
  host: string;
  port: number;
  user: string;
  password: string;
}

export interface MariadbOptions {
  port?: number;
  /** An existing data directory. Without it a fresh one is made, and deleted by remove(). */
  datadir?: string;
  /** More arguments for mariadbd, such as '--innodb-flush-log-at-trx-commit=2'. Durability is full by default. */
  serverArguments?: string[];
}

export interface Mariadb {
  connection: MariadbConnection;
  datadir: string;
  start(): Promise<void>;
  stop(): Promise<void>;
  kill(): Promise<void>;
  remove(): Promise<void>;
}

export function missingMariadb(): string | undefined;
export function ensureMariadb(): string | undefined;
export function startMariadb(options?: MariadbOptions): Promise<Mariadb>;
