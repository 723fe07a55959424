/** What the doctor says of one thing, and what it is told to look at. */
import type { HttpResult } from '../../contracts/adapter.js';
import type { AdapterConfig } from '../../registry/adapters.js';
import type { StreamConfig } from '../../registry/streams.js';
import type { Database } from '../../store/database.js';
import type { Http } from './ask.js';

export type Health = 'ok' | 'warn' | 'fail';

export interface Finding {
  /** The check's name. */
  check: string;
  /** What was looked at: `database`, an adapter's name, a file. */
  subject: string;
  health: Health;
  /** What is so. Holds no secret. */
  message: string;
  /** What to do about it; absent where all is well. */
  mend?: string;
}

/** What a check hands back: its name is added by whoever ran it. */
export type Found = Omit<Finding, 'check'>;

export interface Surroundings {
  /** Absent where it cannot be opened, or where the file of SQLite is not there yet. */
  database?: Database;
  /** Why it is absent. */
  databaseAway?: Found;
  migrate: 'auto' | 'check';
  /** Absolute paths. */
  dataFolder: string;
  /** The file of SQLite. */
  databaseFile?: string;
  ruleFolders: readonly string[];
  activation: 'automatic' | 'manual';
  /** What relative paths of adapters are read from. */
  folder: string;
  adapters: readonly AdapterConfig[];
  streams: readonly StreamConfig[];
  /** Where the bank is told. */
  endpoints: readonly { name: string; url: string }[];
  /** Files that hold a secret, or references to some. */
  secretFiles: readonly string[];
  timeZone: string;
  locale: string;
  listens: { host: string; port: number };
  publicUrl?: string;
  http: Http;
  /** Epoch milliseconds. */
  now(): number;
  /** What the `Date` headers of others said, filled in by the checks that ask them: our clock minus theirs. */
  offsets: { of: string; ms: number }[];
}

export type Check = (around: Surroundings) => Promise<Found[]>;

export type Answer = Extract<HttpResult, { kind: 'response' }>;

export const ok = (subject: string, message: string): Found => ({ subject, health: 'ok', message });
export const warn = (subject: string, message: string, mend: string): Found => ({
  subject,
  health: 'warn',
  message,
  mend,
});
export const fail = (subject: string, message: string, mend: string): Found => ({
  subject,
  health: 'fail',
  message,
  mend,
});
