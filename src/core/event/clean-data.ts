/** Makes event data safe to fold: nulls are absent, keys that reach a prototype are refused, depth and numbers are bounded. */
import type { Json, JsonObject } from '../../contracts/json.js';
import { EventRefused, kindOf } from './event-refusal.js';

export const MAX_DATA_DEPTH = 32;

/**
 * Removes nulls at every level (in lists too), because optional and null are the same. Copies only what it changes:
 * data without nulls comes back as the same object.
 * @throws EventRefused `forbidden-key`, `too-deep`, `data-invalid` (what is not JSON; `amount-malformed` where the pointer is one of `moneyPointers`)
 */
export function cleanData(data: object, moneyPointers: ReadonlySet<string>): JsonObject {
  return cleanObject(data as JsonObject, ['', 'data'], moneyPointers);
}

function cleanValue(value: unknown, trail: string[], moneyPointers: ReadonlySet<string>): Json | undefined {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      if (!Number.isFinite(value)) throw notJson(value, trail, moneyPointers);
      return value;
    case 'undefined':
      return undefined;
    case 'object':
      if (value === null) return undefined;
      if (trail.length > MAX_DATA_DEPTH + 1) throw new EventRefused('too-deep', pointer(trail.slice(0, 3)));
      if (Array.isArray(value)) return cleanList(value, trail, moneyPointers);
      if (isPlain(value)) return cleanObject(value as JsonObject, trail, moneyPointers);
      throw notJson(value, trail, moneyPointers);
    default:
      throw notJson(value, trail, moneyPointers);
  }
}

function cleanObject(object: JsonObject, trail: string[], moneyPointers: ReadonlySet<string>): JsonObject {
  const keys = Object.keys(object);
  let copy: JsonObject | undefined;
  for (let at = 0; at < keys.length; at += 1) {
    const key = keys[at] as string;
    const value = object[key];
    trail.push(key);
    refuseForbiddenKey(key, value, trail);
    const cleaned = cleanValue(value, trail, moneyPointers);
    trail.pop();
    if (cleaned !== value || cleaned === undefined) copy ??= copyUpTo(object, keys, at);
    if (copy !== undefined && cleaned !== undefined) copy[key] = cleaned;
  }
  return copy ?? object;
}

function cleanList(list: unknown[], trail: string[], moneyPointers: ReadonlySet<string>): Json[] {
  let changed = false;
  const cleaned: Json[] = [];
  for (let at = 0; at < list.length; at += 1) {
    trail.push(String(at));
    const item = cleanValue(list[at], trail, moneyPointers);
    trail.pop();
    if (item !== list[at] || item === undefined) changed = true;
    if (item !== undefined) cleaned.push(item);
  }
  return changed ? cleaned : (list as Json[]);
}

function copyUpTo(object: JsonObject, keys: string[], end: number): JsonObject {
  const copy: JsonObject = {};
  for (let at = 0; at < end; at += 1) copy[keys[at] as string] = object[keys[at] as string];
  return copy;
}

function refuseForbiddenKey(key: string, value: unknown, trail: string[]): void {
  if (key === '__proto__') throw new EventRefused('forbidden-key', pointer(trail));
  if (key !== 'constructor' || typeof value !== 'object' || value === null) return;
  if (Object.hasOwn(value, 'prototype')) throw new EventRefused('forbidden-key', pointer(trail));
}

function notJson(value: unknown, trail: string[], moneyPointers: ReadonlySet<string>): EventRefused {
  const path = pointer(trail);
  if (moneyPointers.has(path)) return new EventRefused('amount-malformed', path);
  const what = typeof value === 'number' ? 'a number that is too large' : kindOf(value);
  return new EventRefused('data-invalid', path, `\`${trail.slice(1).join('.')}\` is not JSON: ${what} was found.`);
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** RFC 6901. */
function pointer(trail: string[]): string {
  return trail.map((key) => key.replaceAll('~', '~0').replaceAll('/', '~1')).join('/');
}
