/** What every command is given: the options that all share, the parts of the house it needs, and two ways of answering. */
import { userInfo } from 'node:os';
import type { Command } from 'commander';
import { type App, createApp } from '../app.js';
import type { Config } from '../config/config.js';
import { loadConfig } from '../config/load-config.js';
import { LedgerbellError } from '../contracts/errors.js';
import type { House, Logger } from '../flows/house.js';
import { type Database, openDatabase } from '../store/database.js';
import { migrateDatabase, pendingMigrations } from '../store/migrate.js';
import type { Io } from './io.js';

export interface SharedOptions {
  config?: string;
  json?: boolean;
  debug?: boolean;
  entity: string;
}

export interface Cli {
  io: Io;
  options(): SharedOptions;
  /** `keep`: for what needs no keys, and so makes none. */
  config(keys?: 'complete' | 'keep'): Config;
  /** The house without its service: it neither listens nor delivers. */
  withHouse<T>(work: (house: House) => Promise<T>): Promise<T>;
  /** Only the database, its schema up to date unless stated: for what must work where no rules run yet. */
  withDatabase<T>(config: Config, work: (database: Database) => Promise<T>, schema?: 'current' | 'any'): Promise<T>;
  openApp(config: Config): Promise<App>;
  /** JSON for programs with `--json`, else a text for people. */
  show(value: unknown, text: () => string): void;
  /** For people only, and never among the data. */
  note(text: string): void;
  /** Something is wrong with what was looked at: exit code 1. */
  problem(): void;
  exitCode(): number;
  /** Who does it, for the audit. */
  actor(): string;
}

export function createCli(program: Command, io: Io): Cli {
  let exitCode = 0;
  const options = (): SharedOptions => program.opts<SharedOptions>();
  const config = (keys: 'complete' | 'keep' = 'complete'): Config =>
    loadConfig({ file: options().config, cwd: io.cwd, env: io.env, keys });
  return {
    io,
    options,
    config,
    openApp: (loaded) => createApp(loaded),
    async withHouse(work) {
      const app = await createApp(config(), { log: quietLog(io), followRules: true });
      try {
        return await work(app.house);
      } finally {
        await app.stop();
      }
    },
    async withDatabase(loaded, work, schema = 'current') {
      const database = openDatabase(loaded.database);
      try {
        if (schema === 'current') await prepareSchema(database, loaded);
        return await work(database);
      } finally {
        await database.close();
      }
    },
    show(value, text) {
      const shown = options().json ? JSON.stringify(value, null, 2) : text();
      io.out(shown.endsWith('\n') || shown === '' ? shown : `${shown}\n`);
    },
    note: (text) => io.err(`${text}\n`),
    problem() {
      exitCode = 1;
    },
    exitCode: () => exitCode,
    actor: () => `cli:${userName()}`,
  };
}

/** A command's own words are enough; what the house warns of goes beside the data. */
function quietLog({ err }: Io): Logger {
  const warn = (_fields: object, message: string): void => err(`warning: ${message}\n`);
  return { debug() {}, info() {}, warn, error: warn };
}

async function prepareSchema(database: Database, config: Config): Promise<void> {
  if (config.migrate === 'auto') await migrateDatabase(database);
  else if ((await pendingMigrations(database)).length > 0) {
    throw new LedgerbellError('schema-outdated', 'The database lacks migrations. Run: ledgerbell migrate');
  }
}

/** A container may run as a user that has no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'unknown');
  }
}
