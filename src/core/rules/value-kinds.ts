/** What kind of value each side of a comparison is, as far as facts, event schemas and parameters tell before any event comes. */

import type { LeafCondition, Parameter, ValueReference } from '../../contracts/rule.js';
import { allMoneyPaths } from '../event/event-schemas.js';
import { findFact } from '../facts/index.js';
import { schemaAt } from './event-paths.js';
import { CUSTOMER_STATUSES, HOLDER_ROLES } from './known-words.js';
import { isCurrencyMap, isReference } from './leaf.js';

/** `exact`: a number that may also be written as decimal text. `any`: nothing is known of it. */
export type Kind = 'money' | 'exact' | 'number' | 'text' | 'boolean' | 'list' | 'any' | 'unfit';

export interface KindScope {
  /** Event types of the rule; every type for conditions that rules share. */
  types: readonly string[];
  /** Absent for conditions that rules share. */
  parameters?: Readonly<Record<string, Parameter>>;
}

/** `$.merchant.country` as `merchant.country`. */
export function plainPath(path: string | undefined): string {
  return (path ?? '$').replace(/^\$\.?/, '');
}

export function kindOfFact(reference: ValueReference, scope: KindScope): Kind {
  const path = plainPath(reference.path);
  if (reference.fact === 'parameter') return kindOfParameter(scope.parameters?.[String(reference.params?.name)]);
  if (reference.fact === 'history') return kindOfHistory(reference.params ?? {});
  const fact = findFact(reference.fact);
  const known = fact !== undefined && Object.hasOwn(fact.paths, path) ? fact.paths[path] : undefined;
  if (known !== undefined) return known;
  return fact?.open === true ? kindOfData(path, scope.types) : 'any';
}

export function kindOfValue(value: LeafCondition['value'], scope: KindScope): Kind {
  if (isReference(value)) return kindOfFact(value, scope);
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'string') return 'text';
  if (typeof value === 'number') return 'number';
  if (typeof value === 'boolean') return 'boolean';
  return isCurrencyMap(value) ? 'money' : 'unfit';
}

function kindOfParameter(parameter: Parameter | undefined): Kind {
  switch (parameter?.type) {
    case 'money':
      return 'money';
    case 'number':
      return 'number';
    case 'texts':
      return 'list';
    default:
      return 'any';
  }
}

function kindOfHistory(params: Readonly<Record<string, unknown>>): Kind {
  if (params.measure === 'count' || params.measure === 'distinct') {
    return params.times === undefined ? 'number' : 'exact';
  }
  return allMoneyPaths.has(String(params.of)) ? 'money' : 'exact';
}

function kindOfData(path: string, types: readonly string[]): Kind {
  const schema = types.map((type) => schemaAt(type, path)).find((found) => found !== undefined);
  switch (schema?.type) {
    case 'string':
      return 'text';
    case 'number':
    case 'integer':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'array':
      return 'list';
    default:
      return schema?.enum === undefined ? 'any' : 'text';
  }
}

/** The texts a fact can have, where they are few or follow a pattern; undefined where any text will do. */
export function wordsOf(reference: ValueReference, scope: KindScope): readonly string[] | RegExp | undefined {
  const path = plainPath(reference.path);
  switch (reference.fact) {
    case 'event':
      return path === 'type' ? scope.types : undefined;
    case 'customer':
      return path === 'role' ? HOLDER_ROLES : path === 'status' ? CUSTOMER_STATUSES : undefined;
    case 'location':
      return path === 'country' ? /^[A-Z]{2}$/ : undefined;
    case 'transaction':
    case 'login':
    case 'loan':
      return wordsOfData(path, scope.types);
    default:
      return undefined;
  }
}

function wordsOfData(path: string, types: readonly string[]): readonly string[] | RegExp | undefined {
  const schema = types.map((type) => schemaAt(type, path)).find((found) => found !== undefined);
  if (schema?.enum !== undefined) return schema.enum;
  return schema?.pattern === undefined ? undefined : new RegExp(schema.pattern);
}
