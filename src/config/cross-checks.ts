/** What a schema cannot say: that zones, locales and currencies exist, that names are given once, that settings fit together. */
import { isSupportedCountry } from 'libphonenumber-js';
import { currencyExponent } from '../core/event/money.js';
import type { Mistake } from '../registry/schema-check.js';
import { type StreamConfig, streamMistakes, streamName } from '../registry/streams.js';
import { adapterMistakes, areNamed, knownPlaces } from './adapter-mistakes.js';
import type { ConfigDocument, SecretConfig, WebhookEndpointConfig } from './config.js';
import { routeMistakes } from './route-mistakes.js';

/** What was written may lack any part: a check of one part runs although another part is wrong. */
type Written = { [Key in keyof ConfigDocument]?: ConfigDocument[Key] };
type Check = (document: Written) => (Mistake | undefined)[];

const CHECKS: readonly Check[] = [
  ({ locale }) => [tell(!isLocale(locale), 'locale', 'is no locale this machine knows; write it as en or et-EE')],
  ({ timeZone }) => [tell(!isTimeZone(timeZone), 'timeZone', 'is no time zone; write it as Europe/Tallinn')],
  ({ phoneRegion }) => [tell(!isRegion(phoneRegion), 'phoneRegion', 'is no region with phone numbers')],
  ({ rates }) => rateMistakes(rates),
  ({ holidays }) =>
    list(holidays).map((day, index) => tell(!isDay(day), `holidays[${index}]`, 'is no day of the calendar')),
  ({ neutralWords }) =>
    Object.keys(neutralWords ?? {}).map((locale) => tell(!isLocale(locale), `neutralWords.${locale}`, 'is no locale')),
  ({ encryption }) => twice(list(encryption?.keys), (key) => key?.id, 'encryption.keys', 'id'),
  ({ apiKeys }) => twice(list(apiKeys), (key) => key?.name, 'apiKeys', 'name'),
  ({ apiKeys }) => twice(list(apiKeys), (key) => key?.key, 'apiKeys', 'key'),
  ({ ingest }) => secretMistakes(list(ingest?.signature?.secrets)),
  ({ database }) => databaseMistakes(database),
  ({ database, ingest }) => [
    tell(
      isSqlite(database) && (ingest?.writers ?? 1) > 1,
      'ingest.writers',
      'must be 1 on SQLite, which has one writer',
    ),
  ],
  ({ schedules }) => [
    tell(
      String(schedules?.hours?.from ?? '10:00') >= String(schedules?.hours?.to ?? '20:00'),
      'schedules.hours.to',
      'must be later than `from`',
    ),
  ],
  ({ sms }) => adapterMistakes(list(sms?.adapters)),
  ({ streams }) => list(streams).flatMap((entry, index) => streamMistakes(entry, `streams[${index}]`)),
  ({ streams }) => twice(list(streams), nameOfStream, 'streams', 'name'),
  ({ webhooks, bankWebhook }) => webhookMistakes(list(webhooks?.endpoints), bankWebhook !== undefined),
  ({ sms }) => routeMistakes(sms ?? {}, knownPlaces(list(sms?.adapters)), areNamed(list(sms?.adapters))),
];

/** Safe on anything; what the schema has complained about already is left out by the caller. */
export function crossChecks(document: unknown): Mistake[] {
  if (typeof document !== 'object' || document === null) return [];
  return CHECKS.flatMap((check) => check(document as Written)).filter((mistake) => mistake !== undefined);
}

function tell(wrong: boolean, path: string, message: string): Mistake | undefined {
  return wrong ? { path, message } : undefined;
}

/** What is no list is the schema's business. */
function list<T>(value: readonly T[] | undefined): readonly T[] {
  return Array.isArray(value) ? value : [];
}

function isLocale(locale: unknown): boolean {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(locale as string).length > 0;
  } catch {
    return false;
  }
}

function isTimeZone(timeZone: unknown): boolean {
  try {
    return typeof timeZone === 'string' && new Intl.DateTimeFormat('en', { timeZone }) !== undefined;
  } catch {
    return false;
  }
}

function isRegion(region: unknown): boolean {
  return region === undefined || (typeof region === 'string' && isSupportedCountry(region));
}

/** 2026-02-30 has the shape of a day. */
function isDay(day: unknown): boolean {
  const time = typeof day === 'string' ? Date.parse(`${day}T00:00:00Z`) : Number.NaN;
  return Number.isFinite(time) && new Date(time).toISOString().slice(0, 10) === day;
}

function rateMistakes(rates: ConfigDocument['rates'] | undefined): (Mistake | undefined)[] {
  if (typeof rates !== 'object' || rates === null) return [];
  const { base, ...others } = rates;
  const known = (code: unknown): boolean => typeof code === 'string' && currencyExponent(code) !== undefined;
  return [
    tell(!known(base), 'rates.base', 'is no currency of ISO 4217'),
    tell(Object.hasOwn(others, base), `rates.${base}`, 'is the base itself, which needs no rate'),
    ...Object.keys(others).map((code) => tell(!known(code), `rates.${code}`, 'is no currency of ISO 4217')),
  ];
}

function secretMistakes(secrets: readonly (string | SecretConfig)[]): (Mistake | undefined)[] {
  const path = 'ingest.signature.secrets';
  const text = (entry: (typeof secrets)[number]): unknown => (typeof entry === 'string' ? entry : entry?.secret);
  const malformed = secrets.map((entry, index) =>
    tell(
      /^whsec_(?![A-Za-z0-9+/]{16,}={0,2}$)/.test(String(text(entry))),
      typeof entry === 'string' ? `${path}[${index}]` : `${path}[${index}].secret`,
      'starts with whsec_ and must go on in base64',
    ),
  );
  const ids = twice(secrets, (entry) => (typeof entry === 'string' ? undefined : entry?.id), path, 'id');
  return [...malformed, ...ids, ...twice(secrets, text, path, 'secret')];
}

function webhookMistakes(endpoints: readonly WebhookEndpointConfig[], hasBank: boolean): (Mistake | undefined)[] {
  const path = 'webhooks.endpoints';
  const malformed = endpoints.flatMap((endpoint, index) =>
    list(endpoint?.secrets).map((secret, position) =>
      tell(
        /^whsec_(?![A-Za-z0-9+/]{16,}={0,2}$)/.test(String(secret)),
        `${path}[${index}].secrets[${position}]`,
        'starts with whsec_ and must go on in base64',
      ),
    ),
  );
  const taken = endpoints.map((endpoint, index) =>
    tell(
      hasBank && endpoint?.name === 'bank',
      `${path}[${index}].name`,
      'is how the endpoint of bankWebhook is called',
    ),
  );
  return [...malformed, ...taken, ...twice(endpoints, (endpoint) => endpoint?.name, path, 'name')];
}

function databaseMistakes(database: ConfigDocument['database'] | undefined): (Mistake | undefined)[] {
  const connection = database?.connection as { filename?: unknown } | undefined;
  const lacksFile = isSqlite(database) && typeof connection === 'object' && connection?.filename === undefined;
  return [
    tell(lacksFile, 'database.connection.filename', 'is missing: SQLite keeps everything in one file'),
    tell(
      isSqlite(database) && typeof connection === 'string',
      'database.connection',
      'must be { "filename": ... } for SQLite',
    ),
  ];
}

export function isSqlite(database: { client?: string } | undefined): boolean {
  return database?.client === 'better-sqlite3';
}

function nameOfStream(entry: StreamConfig | undefined): unknown {
  return entry === undefined || entry === null ? undefined : streamName(entry);
}

/** Each one that repeats an earlier one. */
function twice<T>(items: readonly T[], of: (item: T) => unknown, path: string, what: string): (Mistake | undefined)[] {
  const values = items.map(of);
  return values.map((value, index) =>
    tell(
      typeof value === 'string' && values.indexOf(value) < index,
      `${path}[${index}].${what}`,
      `is the ${what} of another entry too`,
    ),
  );
}
