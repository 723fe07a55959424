/** The configuration as the rest of the house uses it: defaults filled, references resolved, times in milliseconds. */
import type { Knex } from 'knex';
import type { Lane } from '../contracts/rule.js';
import type { WebhookType } from '../contracts/webhook.js';
import type { MarketingSettings } from '../core/campaign/marketing-settings.js';
import type { ChallengeLimit, ChallengePolicy } from '../core/challenge/policy.js';
import type { Ceiling, Throttle } from '../core/delivery/flood.js';
import type { Residency } from '../core/delivery/residency.js';
import type { Route } from '../core/delivery/route.js';
import type { UnknownPolicy } from '../core/delivery/unknown.js';
import type { Rates } from '../core/event/money.js';
import type { ShortLinkSettings } from '../core/message/short-link-settings.js';
import type { VerifySettings } from '../core/message/verify-settings.js';
import type { PageSettings } from '../core/page-settings.js';
import type { CountryPolicy } from '../core/replies/policy.js';
import type { SchedulePolicy } from '../core/schedule/policy.js';
import type { AdapterConfig } from '../registry/adapters.js';
import type { StreamConfig } from '../registry/streams.js';
import type { SourceConfig } from './source-config.js';

export type Role = 'admin' | 'operator' | 'analyst' | 'auditor' | 'application';

/** A secret that senders sign with, and what it allows them to send; an absent limit allows all. */
export interface SecretConfig {
  id: string;
  secret: string;
  sources?: string[];
  types?: string[];
  entity?: string;
}

export interface ApiKeyConfig {
  /** What the audit calls whoever uses it. */
  name: string;
  role: Role;
  key: string;
}

/** Where the bank is told by signed webhook. */
export interface WebhookEndpointConfig {
  name: string;
  url: string;
  /** Each signs, while one takes the place of another. */
  secrets: string[];
  /** Absent: all. */
  types?: WebhookType[];
}

/** How replies of customers are read and answered. */
export interface RepliesConfig {
  /** How the bank calls itself in its answers. */
  name: string;
  /** How to reach it, by language. */
  contact: Record<string, string>;
  /** Adapters whose provider answers STOP, START and HELP by itself. */
  answeredByProvider: string[];
  /** By country of the number; over what is shipped. */
  policies: Record<string, CountryPolicy>;
}

export interface SmsConfig {
  /** By lane, and `default`. */
  senders: Record<string, string>;
  /** The first is asked first. */
  adapters: AdapterConfig[];
  routes?: Route[];
  residency?: Residency;
  unknown?: Partial<Record<Lane, UnknownPolicy>>;
  throttle?: Throttle[];
  ceilings?: Ceiling[];
}

export interface DatabaseConfig {
  /** Knex's own; a relative SQLite file is resolved already. */
  config: Knex.Config;
  tablePrefix: string;
  synchronous: 'FULL' | 'NORMAL';
}

export interface Config {
  /** The file it was read from; absent where there is none. */
  file?: string;
  /** What relative paths, and packages of the bank's own adapters, are looked up from. */
  folder: string;
  /** Absolute; where the first start writes keys. */
  dataFolder: string;
  /** `NODE_ENV=production`. */
  production: boolean;
  http: { host: string; port: number; publicUrl?: string; bodyLimitBytes: number; trustedProxies: string[] };
  database: DatabaseConfig;
  migrate: 'auto' | 'check';
  ingest: {
    signature: { scheme: 'standard-webhooks'; secrets: SecretConfig[]; toleranceSeconds: number };
    futureToleranceMs: number;
    duplicateHorizonMs?: number;
    queueCapacity: number;
    writers: number;
    batchEvents: number;
  };
  streams: StreamConfig[];
  /** Platforms that post their own payload, by name. */
  sources: Record<string, SourceConfig>;
  /** Absolute directories. */
  rules: string[];
  activation: { mode: 'automatic' | 'manual'; approvals: number };
  sms: SmsConfig;
  /** The first seals. */
  encryption: { keys: { id: string; key: string }[] };
  apiKeys: ApiKeyConfig[];
  rates: Rates;
  locale: string;
  timeZone: string;
  phoneRegion?: string;
  holidays: string[];
  neutralWords?: Record<string, string>;
  delivery: { attemptMs: number; concurrency: number; contactChangeMs: number };
  challenges: ChallengePolicy;
  schedules: SchedulePolicy;
  marketing: MarketingSettings;
  breaker: { multiple: number; minimum: number };
  bankWebhook?: { url: string; secret: string };
  webhooks: { endpoints: WebhookEndpointConfig[] };
  replies: RepliesConfig;
  verify: VerifySettings;
  pages: PageSettings;
  shortLinks: ShortLinkSettings;
  retention: { evidenceMs: number };
  log: { level: 'debug' | 'info' | 'warn' | 'error' | 'silent' };
  /** Files that stand for keys nobody configured. */
  keyFiles: { webhookSecret?: string; encryptionKey?: string };
  /** As written, with defaults and secrets: what `maskedConfig` shows. */
  document: ConfigDocument;
}

/** ledgerbell.config.json once it is checked and its defaults are filled in: the shape of schemas/config.schema.json. */
export interface ConfigDocument {
  dataFolder: string;
  http: { host: string; port: number; publicUrl?: string; bodyLimit: number; trustedProxies: string[] };
  database: { client: string; connection: unknown; tablePrefix: string; synchronous: 'FULL' | 'NORMAL' };
  migrate: 'auto' | 'check';
  ingest: {
    signature: { scheme: 'standard-webhooks'; secrets: (string | SecretConfig)[]; toleranceSeconds: number };
    futureToleranceSeconds: number;
    duplicateHorizonDays?: number;
    queueCapacity: number;
    writers?: number;
    batchEvents: number;
  };
  streams: StreamConfig[];
  sources: Config['sources'];
  rules?: string[];
  activation: Config['activation'];
  sms: Config['sms'];
  encryption: Config['encryption'];
  apiKeys: ApiKeyConfig[];
  rates: Rates;
  locale: string;
  timeZone: string;
  phoneRegion?: string;
  holidays: string[];
  neutralWords?: Record<string, string>;
  delivery: { attemptSeconds: number; concurrency: number; contactChangeHours: number };
  challenges: {
    digits: number;
    lifetimeSeconds: number;
    attempts: number;
    resendPausesSeconds: number[];
    failuresInARow: number;
    pauseSeconds: number;
    limits: { per: ChallengeLimit['per']; count: number; seconds: number }[];
  };
  schedules: SchedulePolicy;
  marketing: Omit<MarketingSettings, 'approvals'> & { approvals?: number };
  breaker: Config['breaker'];
  bankWebhook?: Config['bankWebhook'];
  webhooks: Config['webhooks'];
  replies: RepliesConfig;
  verify: {
    append: VerifySettings['append'];
    words: Record<string, string>;
    keptDays: number;
    limits: { address: { count: number; seconds: number }; overall: { count: number; seconds: number } };
  };
  pages: { name: string; linkMinutes: number };
  retention: { evidenceDays: number };
  shortLinks: {
    hosts: string[];
    address?: string;
    days: number;
    limits: { address: { count: number; seconds: number }; overall: { count: number; seconds: number } };
  };
  log: Config['log'];
}
