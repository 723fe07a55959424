/** Reads a provider's JSON without believing any of it: what is not of the form asked for is undefined, never an exception. */
import { parse } from 'secure-json-parse';

export type JsonObject = { readonly [field: string]: unknown };

/** The object a text holds, or undefined: half an answer, a page of HTML, a list, `__proto__`. */
export function parseJsonObject(text: string | Buffer): JsonObject | undefined {
  return asObject(parseJson(text));
}

/** The list a text holds, or undefined. */
export function parseJsonArray(text: string | Buffer): readonly unknown[] | undefined {
  return asArray(parseJson(text));
}

export function asObject(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

export function asArray(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) ? value : undefined;
}

/** A text that is not empty; a whole number as its digits, because providers write ids and codes both ways. */
export function asText(value: unknown): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  return typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : undefined;
}

function parseJson(text: string | Buffer): unknown {
  try {
    return parse(text.toString('utf8'), { protoAction: 'error', constructorAction: 'error' });
  } catch {
    return undefined;
  }
}
