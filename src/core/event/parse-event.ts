/** A CloudEvent, already JSON, becomes a LedgerEvent, or a refusal that names the field. Nothing else makes a LedgerEvent. */
import { LedgerbellError } from '../../contracts/errors.js';
import type { EventType, LedgerEvent, Money } from '../../contracts/event.js';
import type { JsonObject } from '../../contracts/json.js';
import { cleanData } from './clean-data.js';
import { EventRefused, isEventRefusalCode, kindOf } from './event-refusal.js';
import { allMoneyPaths, eventValidator, moneyPaths, sensitivityOf } from './event-schemas.js';
import { identifierFault } from './identifier.js';
import { parseInstant } from './instant.js';
import { currencyExponent, parseAmount } from './money.js';
import { redactCardData } from './redact.js';
import { schemaRefusal } from './schema-refusal.js';

export interface EventLimits {
  /** Epoch milliseconds. */
  now: number;
  /** How far ahead of `now` an event may be, because clocks differ. */
  futureToleranceMs: number;
  /** `outside` refuses the types that only the inside makes. */
  origin: 'outside' | 'inside';
  /** The entity of an event that names none (a webhook secret can fix one). */
  entity?: string;
  /** Learn from every event, whatever it says of itself (a header or a flag of the batch). */
  learn?: boolean;
}

export const DEFAULT_ENTITY = 'default';

const MONEY_POINTERS: ReadonlySet<string> = new Set(
  [...allMoneyPaths].map((path) => `/data/${path.replaceAll('.', '/')}`),
);
const ENTITY = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const JSON_CONTENT_TYPE = /^\s*[\w.-]+\/(?:[\w.-]+\+)?json\s*(?:;|$)/i;
const RESERVED_TYPE = /^(?:schedule|alert|challenge)\./;

/**
 * Checks the envelope, then the data against the schema of its type, then its amounts.
 * @throws EventRefused with one of EVENT_REFUSAL_CODES
 */
export function parseEvent(input: unknown, limits: EventLimits): LedgerEvent {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw new EventRefused('not-an-event', '', `A JSON object was expected; ${kindOf(input)} was found.`);
  }
  if (Object.hasOwn(input, '__proto__')) throw new EventRefused('forbidden-key', '/__proto__');
  const envelope = input as Record<string, unknown>;
  if (envelope.specversion !== '1.0') throw new EventRefused('specversion-unsupported', '/specversion');
  const type = parseType(envelope.type, limits.origin);
  const id = parseIdentifier('id', envelope.id);
  const source = parseIdentifier('source', envelope.source);
  const time = parseTime(envelope.time, limits);
  const entity = parseEntity(envelope.entity, limits);
  const learn = parseLearn(envelope.learn, limits);
  const data = validData(type, envelope);
  const currency = data.currency as string | undefined;
  checkCurrency('currency', currency);
  checkCurrency('originalCurrency', data.originalCurrency as string | undefined);
  const amounts = parseAmounts(type, data, currency);
  const subject = subjectOf(type, data);
  return {
    entity,
    source,
    id,
    type,
    time,
    ...subject,
    ...(type.startsWith('transaction.') ? { amount: amounts.amount } : {}),
    balanceAfter: type === 'account.balance' ? amounts.balance : amounts.balanceAfter,
    learn,
    // What is made inside was redacted before, and its `recipient` is an identity.
    data: RESERVED_TYPE.test(type) ? data : redactCardData(data),
  };
}

function parseType(type: unknown, origin: EventLimits['origin']): EventType {
  if (typeof type !== 'string') {
    throw new EventRefused('type-unknown', '/type', `\`type\` must be text; ${kindOf(type)} was found.`);
  }
  if (origin === 'outside' && RESERVED_TYPE.test(type)) throw new EventRefused('type-reserved', '/type');
  if (eventValidator(type) === undefined) throw new EventRefused('type-unknown', '/type');
  return type as EventType;
}

function parseIdentifier(field: 'id' | 'source', value: unknown): string {
  const fault = identifierFault(value);
  if (fault !== undefined) throw new EventRefused(`${field}-${fault}`, `/${field}`);
  return value as string;
}

function parseTime(value: unknown, limits: EventLimits): number {
  if (value === undefined || value === null || value === '') throw new EventRefused('time-missing', '/time');
  if (typeof value !== 'string') {
    throw new EventRefused('time-malformed', '/time', `\`time\` must be RFC 3339 text; ${kindOf(value)} was found.`);
  }
  const time = refusing('/time', () => parseInstant(value));
  if (time > limits.now + limits.futureToleranceMs) throw new EventRefused('time-in-future', '/time');
  return time;
}

function parseEntity(value: unknown, limits: EventLimits): string {
  if (value === undefined || value === null) return limits.entity ?? DEFAULT_ENTITY;
  if (typeof value !== 'string' || !ENTITY.test(value)) throw new EventRefused('entity-malformed', '/entity');
  return value;
}

/** Headers carry text, so the binary form can only say "true". */
function parseLearn(value: unknown, limits: EventLimits): boolean {
  if (value === undefined || value === null || value === false || value === 'false') return limits.learn ?? false;
  if (value === true || value === 'true') return true;
  throw new EventRefused('learn-malformed', '/learn');
}

function validData(type: EventType, envelope: Record<string, unknown>): JsonObject {
  const { data, datacontenttype } = envelope;
  if (typeof datacontenttype === 'string' && !JSON_CONTENT_TYPE.test(datacontenttype)) {
    throw new EventRefused(
      'data-not-json',
      '/datacontenttype',
      '`datacontenttype` must be JSON, such as application/json.',
    );
  }
  if (data === undefined || data === null) {
    if (envelope.data_base64 !== undefined) throw new EventRefused('data-not-json', '/data_base64');
    throw new EventRefused('data-missing', '/data');
  }
  if (typeof data !== 'object' || Array.isArray(data)) {
    throw new EventRefused('data-missing', '/data', `\`data\` must be a JSON object; ${kindOf(data)} was found.`);
  }
  const cleaned = cleanData(data, MONEY_POINTERS);
  const validate = eventValidator(type);
  if (validate !== undefined && !validate(cleaned)) throw schemaRefusal(type, validate.errors ?? []);
  return cleaned;
}

/** A currency is checked even where no amount comes with it. */
function checkCurrency(field: 'currency' | 'originalCurrency', currency: string | undefined): void {
  if (currency !== undefined && currencyExponent(currency) === undefined) {
    throw new EventRefused('currency-unknown', `/data/${field}`);
  }
}

/** Every amount of the type is read, also those that the event does not carry further, so that rules may trust all of them. */
function parseAmounts(type: EventType, data: JsonObject, currency: string | undefined): Record<string, Money> {
  const amounts: Record<string, Money> = {};
  for (const path of moneyPaths.get(type) ?? []) {
    const text = data[path];
    const unit = path === 'originalAmount' ? (data.originalCurrency as string | undefined) : currency;
    if (typeof text !== 'string' || unit === undefined) continue;
    // Only a balance may be below zero: the sign of an amount is its `direction`.
    const negative = sensitivityOf(path, type) === 'balance';
    amounts[path] = refusing(`/data/${path}`, () => parseAmount(text, unit, { negative }));
  }
  return amounts;
}

type Subject = Pick<LedgerEvent, 'profile' | 'accountId' | 'customerId' | 'transactionId' | 'reverses'>;

/** The one profile the event writes: its account's, else its customer's; what customers do or borrow is always the customer's. */
function subjectOf(type: EventType, data: JsonObject): Subject {
  const customerId = data.customerId as string | undefined;
  if (type.startsWith('customer.') || type.startsWith('loan.'))
    return { profile: `customer:${customerId}`, customerId };
  const accountId = data.accountId as string | undefined;
  const profile = accountId === undefined ? `customer:${customerId}` : `account:${accountId}`;
  if (type.startsWith('account.') || type.startsWith('schedule.')) return { profile, accountId, customerId };
  const { transactionId, reverses } = data as { transactionId?: string; reverses?: string };
  return { profile, accountId, customerId, transactionId, reverses };
}

/** Runs a parser of values, whose messages hold no value; its refusal gets the field's place. */
function refusing<T>(path: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof LedgerbellError && isEventRefusalCode(error.code)) {
      throw new EventRefused(error.code, path, `\`${path.slice(1).replaceAll('/', '.')}\`: ${error.message}`, error);
    }
    throw error;
  }
}
