/** A value of a payload for the eyes of whoever writes a mapping: short, and masked where it is personal or like a card. */
import { maskCardNumbers } from '../event/card-number.js';
import { isObject, NumberText, type Value } from './expression/value.js';
import type { Found } from './mapping-refused.js';

const PERSONAL = /name|phone|mobile|msisdn|mail|address|street|birth|passport|ssn|tax|national/i;
const SECRET = /password|secret|token|pin|cvv|cvc|otp/i;
const LONGEST = 60;

/** `request.amount = "950,00"` */
export function shownFound({ of, value }: Found): string {
  return `${of} = ${shownValue(value, of)}`;
}

/** @param name what it is called, whose words tell whether it is personal */
export function shownValue(value: Value, name = ''): string {
  if (value === null) return 'nothing';
  if (SECRET.test(name)) return '***';
  if (typeof value === 'string') return JSON.stringify(PERSONAL.test(name) ? masked(value) : shortened(safe(value)));
  if (value instanceof NumberText) return safe(value.text);
  if (typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return `a list of ${value.length}`;
  const keys = isObject(value) ? Object.keys(value) : [];
  return `an object with ${keys.length === 0 ? 'nothing in it' : shortened(keys.map(safe).join(', '))}`;
}

/** Card numbers, phones and addresses of mail are hidden wherever they stand. */
function safe(text: string): string {
  const cut = text.slice(0, 4 * LONGEST);
  return maskCardNumbers(cut)
    .replace(/\+?\d[\d ()-]{7,}\d/g, (digits) => (/^\d{4}-\d\d-\d\d/.test(digits) ? digits : `***${digits.slice(-2)}`))
    .replace(/[^\s@]+@[^\s@]+/g, '***@***');
}

function masked(text: string): string {
  return text.length < 3 ? '***' : `${text.slice(0, 1)}***`;
}

function shortened(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}...` : text;
}
