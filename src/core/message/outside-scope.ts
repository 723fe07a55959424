/**
 * What a message text may see of an event: every string sanitised, unless its shape, in a place where that shape
 * belongs, leaves no room for a message of somebody else's. Account and card numbers are masked to four characters.
 */
import type { Json, JsonObject } from '../../contracts/json.js';
import { mask } from './mask.js';
import { type OutsideOptions, sanitiseOutside } from './sanitise.js';

/** Keys whose values the core system computes; only under them may a decimal text have as many digits as a phone number. */
const AMOUNT_KEY =
  /^[A-Z]{3}$|(?:^|[a-z_-])(?:[Aa]mount|[Bb]alance|[Aa]vailable|[Ll]imit|[Ff]ee|[Tt]otal|[Pp]rincipal|[Ii]nterest|[Pp]rice)$|^balanceAfter$/;
const AMOUNT = /^-?(?:0|[1-9]\d{0,15})(?:\.\d{1,4})?$/;

const IDENTIFIER_KEY = /^(?:id|ids|account|iban|pan|reference|.*(?:Id|Ids|Account|Iban|Number|Reference))$/;
const IDENTIFIER = /^[\p{L}\p{N}][\p{L}\p{N} /:_-]*$/u;

const DATE_OR_TIME =
  /^(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?:T[0-2]\d:[0-5]\d:[0-6]\d(?:\.\d{1,9})?(?:Z|[+-][0-2]\d:[0-5]\d))?$/;

const DEFAULT_OPTIONS: OutsideOptions = { neutral: '***' };

/**
 * A copy for templates. Nulls are left out (they mean absent), numbers and booleans pass. A text is made safe when it is read:
 * that takes longer than all the rest of a message, and a message shows one or two.
 */
export function outsideScope(value: Json | undefined, options: OutsideOptions = DEFAULT_OPTIONS): Json | undefined {
  return safeValue('', value, options);
}

function safeValue(key: string, value: Json | undefined, options: OutsideOptions): Json | undefined {
  if (typeof value === 'string') return safeText(key, value, options);
  if (value === null || typeof value !== 'object') return value ?? undefined;
  if (Array.isArray(value))
    return value.map((item) => safeValue(key, item, options)).filter((item) => item !== undefined);
  return safeObject(value, options);
}

function safeObject(object: JsonObject, options: OutsideOptions): JsonObject {
  const shown: JsonObject = {};
  for (const [name, value] of Object.entries(object)) {
    if (value === undefined || value === null) continue;
    const get = () => safeValue(name, value, options);
    Object.defineProperty(shown, name, { get, enumerable: true, configurable: true });
  }
  return shown;
}

function safeText(key: string, text: string, options: OutsideOptions): string {
  if (DATE_OR_TIME.test(text)) return text;
  if (AMOUNT_KEY.test(key) && AMOUNT.test(text)) return text;
  const shown = sanitiseOutside(text, options);
  const hiddenIdentifier = shown === options.neutral && IDENTIFIER_KEY.test(key) && IDENTIFIER.test(text);
  return hiddenIdentifier ? mask(text) : shown;
}
