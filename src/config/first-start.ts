/**
 * Safe without any configuration (semantics: safety, 20): a webhook secret and an encryption key that nobody configured
 * are made by the first start and kept in the data folder. In production it refuses to start without configured ones.
 */
import { createHash, randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { LedgerbellError } from '../contracts/errors.js';
import type { Config } from './config.js';

export const WEBHOOK_SECRET_FILE = 'webhook-secret';
export const ENCRYPTION_KEY_FILE = 'encryption-key';

interface WithKeys {
  encryption?: { keys?: readonly unknown[] };
  ingest?: { signature?: { secrets?: readonly unknown[] } };
}

/** The paths of keys that nobody configured. */
export function missingKeys(config: WithKeys): string[] {
  const lacksKeys = config.encryption?.keys?.length === 0;
  const lacksSecrets = config.ingest?.signature?.secrets?.length === 0;
  return [...(lacksKeys ? ['encryption.keys'] : []), ...(lacksSecrets ? ['ingest.signature.secrets'] : [])];
}

/** The configuration with every key there is. @throws LedgerbellError `keys-required` in production, `key-file-empty` */
export function withFirstStartKeys(config: Config): Config {
  const missing = missingKeys(config);
  if (missing.length === 0) return config;
  if (config.production) {
    const message = `With NODE_ENV=production these must be configured: ${missing.join(' and ')}`;
    throw new LedgerbellError('keys-required', message, { path: missing[0] });
  }
  mkdirSync(config.dataFolder, { recursive: true, mode: 0o700 });
  return withWebhookSecret(withEncryptionKey(config));
}

function withEncryptionKey(config: Config): Config {
  if (config.encryption.keys.length > 0) return config;
  const file = join(config.dataFolder, ENCRYPTION_KEY_FILE);
  const key = keptIn(file, () => randomBytes(32).toString('base64'));
  // Named after the key itself: data sealed with a key that was lost says so, instead of seeming damaged.
  const id = `local-${createHash('sha256').update(key).digest('hex').slice(0, 8)}`;
  return { ...config, encryption: { keys: [{ id, key }] }, keyFiles: { ...config.keyFiles, encryptionKey: file } };
}

function withWebhookSecret(config: Config): Config {
  const { signature } = config.ingest;
  if (signature.secrets.length > 0) return config;
  const file = join(config.dataFolder, WEBHOOK_SECRET_FILE);
  const secret = keptIn(file, () => `whsec_${randomBytes(32).toString('base64')}`);
  const secrets = [{ id: 'local', secret }];
  const ingest = { ...config.ingest, signature: { ...signature, secrets } };
  return { ...config, ingest, keyFiles: { ...config.keyFiles, webhookSecret: file } };
}

/** What the file holds; whoever comes first writes it. */
function keptIn(file: string, make: () => string): string {
  let found = readKey(file);
  if (found === undefined) {
    create(file, make());
    found = readKey(file);
  }
  if (found === undefined || found === '') {
    throw new LedgerbellError(
      'key-file-empty',
      `${file} is empty; restore it, or remove it if nothing was sealed with it`,
    );
  }
  return found;
}

function readKey(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new LedgerbellError('key-file-unreadable', `${file} cannot be read`, { cause: error });
  }
}

/** Written whole under another name first: of two starters one wins, and neither ever reads half a key. */
function create(file: string, key: string): void {
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    writeDurably(draft, `${key}\n`);
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return;
    throw new LedgerbellError('key-file-unwritable', `${file} cannot be written`, { cause: error });
  } finally {
    rmSync(draft, { force: true });
  }
}

/** On the disk before anything is sealed with it. */
function writeDurably(file: string, text: string): void {
  const descriptor = openSync(file, 'wx', 0o600);
  try {
    writeSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
