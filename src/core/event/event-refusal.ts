/** Every reason why something that was posted is not an event of ours: a closed list, each with one line for the integrator. */
import { LedgerbellError } from '../../contracts/errors.js';

export const EVENT_REFUSAL_CODES = {
  'not-an-event': 'The item is not a JSON object in the shape of a CloudEvent.',
  'specversion-unsupported': '`specversion` must be "1.0".',
  'type-unknown': '`type` is not one of the event types that are listed in schemas/events.',
  'type-reserved': 'Events of this type (schedule.*, alert.*) are made inside and cannot be sent.',
  'id-missing': '`id` is required and must not be empty.',
  'id-too-long': 'An identifier has more than 255 characters.',
  'id-malformed': 'An identifier is not text, or holds control characters or broken Unicode.',
  'source-missing': '`source` is required and must not be empty.',
  'source-too-long': '`source` has more than 255 characters.',
  'source-malformed': '`source` is not text, or holds control characters or broken Unicode.',
  'time-missing': '`time` is required: when it happened, RFC 3339 with an offset.',
  'time-malformed': '`time` is not an RFC 3339 date and time.',
  'time-without-offset': '`time` has no offset (such as Z or +02:00), so the moment is not known.',
  'time-before-1970': '`time` is before 1970.',
  'time-in-future': '`time` is further in the future than clocks may differ.',
  'entity-malformed': '`entity` must be 1 to 64 letters, digits, dots, dashes or underscores.',
  'learn-malformed': '`learn` must be true or false.',
  'data-missing': '`data` is required and must be a JSON object.',
  'data-not-json': 'The data is not JSON (`data_base64`, or another `datacontenttype`).',
  'data-invalid': 'A field of `data` is missing or is not what the schema of this event type asks for.',
  'amount-malformed': 'An amount is not a plain decimal number written as text, such as "1000.00".',
  'amount-decimals': 'An amount has more decimals than its currency.',
  'amount-too-large': 'An amount is larger than can be counted exactly.',
  'currency-unknown': '`currency` is not an ISO 4217 code.',
  'forbidden-key': 'A key (`__proto__`, or `prototype` inside `constructor`) is refused for safety.',
  'too-deep': 'The data is nested more deeply than 32 levels.',
} as const;

export type EventRefusalCode = keyof typeof EVENT_REFUSAL_CODES;

/** `path` is a JSON pointer into the event. The message names the field and the kind of what was found, never its value. */
export class EventRefused extends LedgerbellError {
  declare readonly code: EventRefusalCode;

  constructor(code: EventRefusalCode, path: string, message: string = EVENT_REFUSAL_CODES[code], cause?: unknown) {
    super(code, message, { path, cause });
    this.name = 'EventRefused';
  }
}

export const isEventRefusalCode = (code: string): code is EventRefusalCode => Object.hasOwn(EVENT_REFUSAL_CODES, code);

/** What a value is, in words that say nothing of its content. */
export function kindOf(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return value === '' ? 'an empty text' : 'text';
  if (typeof value === 'boolean') return 'true or false';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
