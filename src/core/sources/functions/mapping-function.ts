/** What a function of mappings is, and how its arguments are read. */
import type { Run } from '../expression/run.js';
import { NumberText, typeName, type Value } from '../expression/value.js';
import { ValueRefused } from '../mapping-refused.js';

export interface MappingFunction {
  name: string;
  /** How many values it takes, least and most. */
  takes: [number, number];
  /** One line for the list of functions in docs/sources.md. */
  gives: string;
  /** @throws ValueRefused, whose message names no value */
  run(values: readonly Value[], run: Run): Value;
}

/** Null and blank text: what a function of one optional field answers with null. */
export function isAbsent(value: Value | undefined): value is null | undefined {
  return value === undefined || value === null || (typeof value === 'string' && value.trim() === '');
}

/** Text, or a number as it was written. @throws ValueRefused `mapping-type` */
export function written(value: Value | undefined): string {
  if (typeof value === 'string') return value;
  if (value instanceof NumberText) return value.text;
  throw expected('text or a number', value);
}

/** @throws ValueRefused `mapping-type` */
export function textOf(value: Value | undefined): string {
  if (typeof value === 'string') return value;
  throw expected('text', value);
}

/** @throws ValueRefused `mapping-type` */
export function listOf(value: Value | undefined): Value[] {
  if (Array.isArray(value)) return value;
  throw expected('a list', value);
}

/** A whole number, small enough to count with. @throws ValueRefused `mapping-type` */
export function countOf(value: Value | undefined): number {
  const text = value instanceof NumberText ? value.text : '';
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw expected('a whole number', value);
}

export function expected(what: string, value: Value | undefined): ValueRefused {
  return new ValueRefused('mapping-type', `${what} was expected; ${typeName(value ?? null)} was found`);
}
