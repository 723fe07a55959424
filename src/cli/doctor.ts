/** `doctor`: holds the configuration against the world: database, providers, clocks, addresses, files. Changes and sends nothing. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Command } from 'commander';
import type { Config } from '../config/config.js';
import { maskedConfig } from '../config/masked-config.js';
import { readConfigFile } from '../config/read-config-file.js';
import { isDatabaseTrouble } from '../flows/database-trouble.js';
import { type Finding, type Found, fail, type Surroundings, warn } from '../flows/doctor/finding.js';
import { runDoctor } from '../flows/doctor/run-doctor.js';
import { createHttp } from '../flows/http-client.js';
import { type Database, openDatabase } from '../store/database.js';
import type { Cli } from './cli.js';
import { table } from './table.js';

const LIMIT_MS = 5_000;

export function addDoctor(program: Command, cli: Cli): void {
  program
    .command('doctor')
    .description('hold the configuration against the database, the providers, the clocks and the files')
    .action(() => doctor(cli));
}

async function doctor(cli: Cli): Promise<void> {
  const config = cli.config('keep');
  const { database, databaseAway } = await open(config);
  try {
    const findings = await runDoctor({ ...surroundings(config), database, databaseAway });
    if (findings.some(({ health }) => health === 'fail')) cli.problem();
    cli.show({ findings }, () => report(findings));
  } finally {
    await database?.close();
  }
}

/** SQLite would make its file, which is the first start's business. */
async function open(config: Config): Promise<{ database?: Database; databaseAway?: Found }> {
  const file = fileOf(config);
  if (file !== undefined && !existsSync(file)) {
    return {
      databaseAway: warn('database', 'is not there yet: the first start makes it', 'Start the service, and ask again'),
    };
  }
  const database = openDatabase(config.database);
  try {
    await database.knex.raw('select 1');
    return { database };
  } catch (error) {
    await database.close();
    if (!isDatabaseTrouble(error)) throw error;
    const { code, cause } = error as { code?: unknown; cause?: { code?: unknown } };
    const said = String(code ?? cause?.code ?? 'no answer');
    return {
      databaseAway: fail(
        'database',
        `cannot be used (${said})`,
        'Look at database.connection: host, port, user, password, and whether the server runs',
      ),
    };
  }
}

function surroundings(config: Config): Surroundings {
  const { http, sms, bankWebhook, webhooks } = config;
  const bank = bankWebhook === undefined ? [] : [{ name: 'bankWebhook', url: bankWebhook.url }];
  return {
    migrate: config.migrate,
    dataFolder: config.dataFolder,
    databaseFile: fileOf(config),
    ruleFolders: config.rules,
    activation: config.activation.mode,
    folder: config.folder,
    adapters: sms.adapters,
    streams: config.streams,
    endpoints: [...bank, ...webhooks.endpoints],
    secretFiles: secretFilesOf(config),
    timeZone: config.timeZone,
    locale: config.locale,
    listens: http,
    publicUrl: http.publicUrl,
    http: createHttp({ timeoutMs: LIMIT_MS }),
    now: Date.now,
    offsets: [],
  };
}

function fileOf({ database }: Config): string | undefined {
  const { filename } = (database.config.connection ?? {}) as { filename?: unknown };
  return typeof filename === 'string' && !filename.startsWith(':') && !filename.startsWith('file:')
    ? filename
    : undefined;
}

/** What the configuration names as `${file:...}`, what the first start wrote, and the configuration itself if it holds a secret. */
function secretFilesOf(config: Config): string[] {
  const { file, dataFolder } = config;
  const made = ['webhook-secret', 'encryption-key'].map((name) => resolve(dataFolder, name));
  if (file === undefined) return made.filter(existsSync);
  const text = readFileSync(file, 'utf8');
  const itself = holdsSecret(config, file) ? [file] : [];
  const named = [...text.matchAll(/\$\{file:([^{}]+)\}/g)].map(([, path = '']) => resolve(dirname(file), path));
  return [...itself, ...named, ...made].filter(existsSync);
}

/** Whether a text of the file is masked where the configuration is shown; what it only refers to is not in the file. */
function holdsSecret(config: Config, file: string): boolean {
  const shown = new Set(textsOf(maskedConfig(config)));
  // Paths and defaults are shown otherwise than they are written; a secret is never this short.
  return textsOf(readConfigFile(file)).some(
    (one) => one.length >= 8 && !one.includes('${') && !one.startsWith('.') && !shown.has(one),
  );
}

function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

function report(findings: readonly Finding[]): string {
  const rows = findings.map(({ check, subject, health, message, mend }) => [
    health,
    check,
    subject,
    mend === undefined ? message : `${message}. ${mend}`,
  ]);
  const count = (health: string) => findings.filter((one) => one.health === health).length;
  const sum = `${count('ok')} ok, ${count('warn')} to look at, ${count('fail')} to mend`;
  return `${table(['', 'check', 'of', 'what is so, and what to do'], rows, 'Nothing to look at.')}\n${sum}`;
}
