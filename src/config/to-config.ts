/** A checked document as the rest of the house uses it: paths absolute, times in milliseconds, secrets with an id. */
import { join, resolve } from 'node:path';
import type { Knex } from 'knex';
import type { ChallengePolicy } from '../core/challenge/policy.js';
import type { ShortLinkSettings } from '../core/message/short-link-settings.js';
import { DEFAULT_VERIFY_SETTINGS, type VerifySettings } from '../core/message/verify-settings.js';
import type { Config, ConfigDocument, DatabaseConfig, SecretConfig } from './config.js';
import { isSqlite } from './cross-checks.js';

export interface Surroundings {
  file?: string;
  folder: string;
  /** This package's folder: the shipped rules lie in it. */
  mainFolder: string;
  production: boolean;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Commits beside each other, where the database can and nobody said how many. */
const MYSQL_WRITERS = 4;

export function toConfig(document: ConfigDocument, around: Surroundings): Config {
  const { folder } = around;
  const { http, ingest, delivery, database } = document;
  const { bodyLimit, ...listen } = http;
  const { futureToleranceSeconds, duplicateHorizonDays, signature, ...queue } = ingest;
  return {
    file: around.file,
    folder,
    dataFolder: resolve(folder, document.dataFolder),
    production: around.production,
    http: { ...listen, bodyLimitBytes: bodyLimit },
    database: toDatabase(database, folder),
    migrate: document.migrate,
    ingest: {
      ...queue,
      writers: ingest.writers ?? (isSqlite(database) ? 1 : MYSQL_WRITERS),
      signature: { ...signature, secrets: signature.secrets.map(toSecret) },
      futureToleranceMs: futureToleranceSeconds * SECOND,
      ...(duplicateHorizonDays === undefined ? {} : { duplicateHorizonMs: duplicateHorizonDays * DAY }),
    },
    streams: document.streams,
    sources: document.sources,
    rules: document.rules?.map((directory) => resolve(folder, directory)) ?? [join(around.mainFolder, 'rules')],
    activation: document.activation,
    sms: document.sms,
    encryption: document.encryption,
    apiKeys: document.apiKeys,
    rates: document.rates,
    locale: document.locale,
    timeZone: document.timeZone,
    phoneRegion: document.phoneRegion,
    holidays: document.holidays,
    neutralWords: document.neutralWords,
    delivery: {
      attemptMs: delivery.attemptSeconds * SECOND,
      concurrency: delivery.concurrency,
      contactChangeMs: delivery.contactChangeHours * HOUR,
    },
    challenges: toChallenges(document.challenges),
    schedules: document.schedules,
    marketing: { ...document.marketing, approvals: document.marketing.approvals ?? (around.production ? 2 : 1) },
    breaker: document.breaker,
    bankWebhook: document.bankWebhook,
    webhooks: document.webhooks,
    replies: document.replies,
    verify: toVerify(document.verify),
    pages: { name: document.pages.name, linkMs: document.pages.linkMinutes * MINUTE },
    shortLinks: toShortLinks(document.shortLinks),
    retention: { evidenceMs: document.retention.evidenceDays * DAY },
    log: document.log,
    keyFiles: {},
    document,
  };
}

function toChallenges(document: ConfigDocument['challenges']): ChallengePolicy {
  const { lifetimeSeconds, resendPausesSeconds, pauseSeconds, limits, ...counts } = document;
  return {
    ...counts,
    lifetimeMs: lifetimeSeconds * SECOND,
    resendPausesMs: resendPausesSeconds.map((seconds) => seconds * SECOND),
    pauseMs: pauseSeconds * SECOND,
    limits: limits.map(({ per, count, seconds }) => ({ per, count, periodMs: seconds * SECOND })),
  };
}

function toVerify({ append, words, keptDays, limits }: ConfigDocument['verify']): VerifySettings {
  const { words: usual } = DEFAULT_VERIFY_SETTINGS;
  return {
    append,
    words: { ...usual, ...words },
    keptMs: keptDays * DAY,
    limits: { address: limit(limits.address), overall: limit(limits.overall) },
  };
}

function toShortLinks({ days, limits, ...links }: ConfigDocument['shortLinks']): ShortLinkSettings {
  const { address, overall } = limits;
  return { ...links, lastsMs: days * DAY, limits: { address: limit(address), overall: limit(overall) } };
}

const limit = ({ count, seconds }: { count: number; seconds: number }) => ({ count, periodMs: seconds * SECOND });

function toDatabase(database: ConfigDocument['database'], folder: string): DatabaseConfig {
  const { tablePrefix, synchronous, ...knex } = database;
  const config = { ...knex, connection: isSqlite(database) ? located(database.connection, folder) : knex.connection };
  return { config: config as Knex.Config, tablePrefix, synchronous };
}

function located(connection: unknown, folder: string): unknown {
  const { filename, ...rest } = connection as { filename: string };
  const isFile = filename !== ':memory:' && !filename.startsWith('file:');
  return { ...rest, filename: isFile ? resolve(folder, filename) : filename };
}

function toSecret(entry: string | SecretConfig, index: number): SecretConfig {
  return typeof entry === 'string' ? { id: `secret-${index + 1}`, secret: entry } : entry;
}
