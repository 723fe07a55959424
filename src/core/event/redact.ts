/**
 * Takes card numbers and card authentication data (CVV, PIN, track) out of event data before anything is stored.
 *
 * An account's or customer's own identifiers are left alone, as they are keys: a bank that uses card numbers as account
 * numbers has to send tokens. So are amounts, and the id of a device (an IMEI passes the same check digit). Elsewhere one in
 * ten of other numbers of 13 to 19 digits passes it too and is masked: a number too many is hidden rather than one too few.
 */
import type { Json, JsonObject } from '../../contracts/json.js';
import { isCardNumber, maskCardNumbers, masked } from './card-number.js';
import { allMoneyPaths } from './event-schemas.js';

export const REDACTED = '[redacted]';

const IDENTITY_KEYS = new Set(['accountId', 'customerId', 'transactionId', 'reverses', 'id']);
const MONEY_KEYS = new Set([...allMoneyPaths].map((path) => path.slice(path.lastIndexOf('.') + 1)));

/** What authenticates a card, by name; `_` is where words may be joined by a dash, an underscore, a space or nothing. */
const SECRET_NAMES = [
  '(?:card_)?(?:cvv|cvc|cvn|cav)_2?',
  '(?:card_)?csc',
  '(?:card_)?(?:security|verification)_(?:code|value)',
  '(?:card_|encrypted_)?pin(?:_block|_offset|_data|_value)?',
  'track_[123]?(?:_equivalent)?(?:_data)?',
  'mag(?:netic)?_stripe(?:_data)?',
  'card_(?:expiry|expiration)(?:_date|_month|_year)?',
  'exp(?:iry|iration)?_(?:month|year)',
]
  .join('|')
  .replaceAll('_', '[-_ ]?');
const SECRET_KEY = new RegExp(`^(?:${SECRET_NAMES})$`, 'i');
const SECRET_IN_TEXT = new RegExp(`((?<![A-Za-z0-9])(?:${SECRET_NAMES})["']?\\s*[:=>]\\s*["']?)[^"'&<,;\\s}]+`, 'gi');

/** Track 1 starts with B and has carets; track 2 has an equals sign after the number. */
const TRACK = /%?B\d{13,19}\^[^^\n]{2,26}\^[\d ]*\??|;?(?<!\d)\d{13,19}[=D]\d{7,}\??/g;
const MAYBE_TRACK = /\d{13}[\^=D]/;

/** Deeper than any accepted event: what is below is not kept. */
const DEEPEST = 64;

/**
 * A copy without card data; the same object where nothing had to change.
 * Card numbers become `**** 1234`, in keys too; values of authentication data become `[redacted]`.
 */
export function redactCardData<T extends Json | JsonObject>(data: T): T {
  return redactValue(data, '', '', 0) as T;
}

/** The same for a body that is not JSON. Names of authentication data are looked for in front of `:`, `=` or `>`. */
export function redactText(raw: string): string {
  return redactString(raw.replace(SECRET_IN_TEXT, `$1${REDACTED}`));
}

function redactValue(value: Json | undefined, key: string, holder: string, depth: number): Json | undefined {
  if (typeof value === 'string') return isExempt(key, holder) ? value : redactString(value);
  if (typeof value === 'number') return isExempt(key, holder) ? value : redactNumber(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= DEEPEST) return REDACTED;
  return Array.isArray(value) ? redactList(value, key, depth) : redactObject(value, key, depth);
}

function redactObject(object: JsonObject, name: string, depth: number): JsonObject {
  const keys = Object.keys(object);
  let copy: JsonObject | undefined;
  for (let at = 0; at < keys.length; at += 1) {
    const key = keys[at] as string;
    const value = object[key];
    const safeKey = key.length < 13 ? key : redactString(key);
    const safeValue = isSecretKey(key) && isPresent(value) ? REDACTED : redactValue(value, key, name, depth + 1);
    if (copy === undefined && (safeKey !== key || safeValue !== value)) copy = firstOf(object, keys, at);
    if (copy !== undefined) setOwn(copy, safeKey, safeValue);
  }
  return copy ?? object;
}

function redactList(list: Json[], name: string, depth: number): Json[] {
  let copy: Json[] | undefined;
  for (let at = 0; at < list.length; at += 1) {
    const item = list[at] as Json;
    const safe = redactValue(item, name, '', depth + 1) as Json;
    if (safe !== item) copy ??= [...list];
    if (copy !== undefined) copy[at] = safe;
  }
  return copy ?? list;
}

function redactString(text: string): string {
  if (text.length < 13) return text;
  return maskCardNumbers(MAYBE_TRACK.test(text) ? text.replace(TRACK, REDACTED) : text);
}

/** A number beyond 2^53 has lost its last digits on the way here, and with them its check digit. */
function redactNumber(value: number): Json {
  if (value < 1e12 || value >= 1e19 || !Number.isInteger(value)) return value;
  if (!Number.isSafeInteger(value)) return REDACTED;
  const digits = String(value);
  return isCardNumber(digits) ? masked(digits) : value;
}

/** `card.id` is no identity of ours: it may be the card's number. */
function isExempt(key: string, holder: string): boolean {
  if (key === 'id') return !/card/i.test(holder);
  return IDENTITY_KEYS.has(key) || MONEY_KEYS.has(key);
}

/** Names of an event's own members are few, and come again and again; any more are looked at each time. */
const innocent = new Set<string>();
const MOST_INNOCENT = 1000;
const LONGEST_INNOCENT = 64;

function isSecretKey(key: string): boolean {
  if (innocent.has(key)) return false;
  if (SECRET_KEY.test(key)) return true;
  if (innocent.size < MOST_INNOCENT && key.length <= LONGEST_INNOCENT) innocent.add(key);
  return false;
}

/** `pin: true` says that one was used, not which. */
function isPresent(value: Json | undefined): boolean {
  return value !== undefined && value !== null && typeof value !== 'boolean';
}

function firstOf(object: JsonObject, keys: string[], count: number): JsonObject {
  const copy: JsonObject = {};
  for (let at = 0; at < count; at += 1) setOwn(copy, keys[at] as string, object[keys[at] as string]);
  return copy;
}

/** Quarantined data may have a key `__proto__`, which plain assignment would obey. */
function setOwn(object: JsonObject, key: string, value: Json | undefined): void {
  if (key === '__proto__')
    Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
  else object[key] = value;
}
