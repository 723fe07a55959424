/**
 * A body as it may be kept: without card numbers and card authentication data, and otherwise as it came, digit for digit, so
 * that it can be mapped again. JSON stays JSON; anything else is redacted as text.
 */
import type { Json } from '../../contracts/json.js';
import { redactCardData, redactText } from '../event/redact.js';
import { isObject, NumberText, type Value } from './expression/value.js';
import { readJson } from './formats/json.js';

/** Marks in front of texts, so that the one redaction there is sees numbers as the texts they were. No letters: a card number begins no word. */
const NUMBER = '\u0000#';
const TEXT = '\u0000"';
const KEPT = '\u0000!';

/** @param identifiers keys whose values are left as they are */
export function redactBody(text: string, identifiers: ReadonlySet<string>): string {
  const value = asJson(text);
  if (value === undefined) return redactText(text);
  return written(redactCardData(marked(value, identifiers, false)));
}

function asJson(text: string): Value | undefined {
  try {
    return readJson(text);
  } catch {
    return undefined;
  }
}

function marked(value: Value, identifiers: ReadonlySet<string>, kept: boolean): Json {
  if (value instanceof NumberText) return kept ? hidden(NUMBER + value.text) : NUMBER + value.text;
  if (typeof value === 'string') {
    if (kept) return hidden(TEXT + value);
    return value.startsWith('\u0000') ? TEXT + value : value;
  }
  if (Array.isArray(value)) return value.map((item) => marked(item, identifiers, kept));
  if (!isObject(value)) return value as boolean | null;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, marked(inner, identifiers, identifiers.has(key))]),
  );
}

/** Out of reach of every pattern: each character is another one, far away. */
function hidden(text: string): string {
  return KEPT + shifted(text, 0x2000);
}

function shifted(text: string, by: number): string {
  let made = '';
  for (let at = 0; at < text.length; at += 1) made += String.fromCharCode((text.charCodeAt(at) + by) & 0xffff);
  return made;
}

function written(value: Json | undefined): string {
  if (typeof value === 'string') return writtenText(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  if (Array.isArray(value)) return `[${value.map(written).join(',')}]`;
  return `{${Object.entries(value)
    .map(([key, inner]) => `${JSON.stringify(key)}:${written(inner)}`)
    .join(',')}}`;
}

function writtenText(text: string): string {
  if (text.startsWith(KEPT)) return writtenText(shifted(text.slice(KEPT.length), -0x2000));
  if (text.startsWith(TEXT)) return JSON.stringify(text.slice(TEXT.length));
  if (!text.startsWith(NUMBER)) return JSON.stringify(text);
  const number = text.slice(NUMBER.length);
  return /^-?\d[\d.eE+-]*$/.test(number) ? number : JSON.stringify(number);
}
