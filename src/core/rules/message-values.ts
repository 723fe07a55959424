/** The values a message text may name on one event type: which are always there, which may be missing, and samples of all. */
import type { Parameter, RuleDocument } from '../../contracts/rule.js';
import { MASKED_VERIFY_CODE } from '../message/verify-code.js';
import { isRequired, type PathSchema, schemaAt } from './event-paths.js';

/** `never`: no event of this type has it. */
export type Presence = 'always' | 'maybe' | 'never';

const DATA_ROOTS: Readonly<Record<string, (type: string) => boolean>> = {
  transaction: (type) => type.startsWith('transaction.'),
  login: (type) => type === 'customer.login',
  customer: (type) => type.startsWith('customer.'),
  loan: (type) => type.startsWith('loan.'),
  schedule: (type) => type.startsWith('schedule.'),
  challenge: (type) => type.startsWith('challenge.'),
};
const ACCOUNT = ['id', 'balance', 'balanceAfter', 'currency'];
const LOCATION = ['country', 'distanceFromHome', 'distanceFromLast'];
export const MESSAGE_ROOTS = [...Object.keys(DATA_ROOTS), 'event', 'account', 'parameter', 'location', 'verify'];

/** Names under a root whose names are few; undefined where the event's own data decides. */
export function namesUnder(root: string, rule: RuleDocument): readonly string[] | undefined {
  switch (root) {
    case 'event':
      return ['time', 'type'];
    case 'account':
      return ACCOUNT;
    case 'location':
      return LOCATION;
    case 'verify':
      return ['code'];
    case 'parameter':
      return Object.keys(rule.parameters ?? {});
    default:
      return undefined;
  }
}

/** `known`: what the rule's conditions make sure of. */
export function presenceOf(variable: string, type: string, rule: RuleDocument, known: ReadonlySet<string>): Presence {
  const [root = '', ...rest] = variable.split('.');
  const presence = presenceByType(root, rest.join('.'), type, rule);
  return presence === 'maybe' && isImplied(variable, known) ? 'always' : presence;
}

function presenceByType(root: string, path: string, type: string, rule: RuleDocument): Presence {
  const ofType = DATA_ROOTS[root];
  if (root === 'challenge' && path === 'code') return type === 'challenge.requested' ? 'always' : 'never';
  if (ofType !== undefined) return !ofType(type) ? 'never' : isRequired(type, path) ? 'always' : 'maybe';
  switch (root) {
    case 'event':
    case 'verify':
      return 'always';
    case 'account':
      return presenceOfAccount(path, type);
    case 'location':
      return schemaAt(type, 'location') === undefined ? 'never' : 'maybe';
    default:
      return rule.parameters?.[path]?.type === 'money' ? 'maybe' : 'always';
  }
}

function presenceOfAccount(name: string, type: string): Presence {
  if (type.startsWith('customer.') || type.startsWith('loan.')) return 'never';
  if (name === 'id') return isRequired(type, 'accountId') ? 'always' : 'maybe';
  if (name === 'balance') return 'maybe';
  if (type === 'account.balance') return 'always';
  if (name === 'balanceAfter') return type.startsWith('transaction.') ? 'maybe' : 'never';
  return 'maybe';
}

function isImplied(variable: string, known: ReadonlySet<string>): boolean {
  return [...known].some((name) => implies(name, variable));
}

/** An event has all of these, or none. */
const PAIRS: readonly (readonly string[])[] = [
  ['challenge.amount', 'challenge.currency'],
  ['challenge.payee', 'challenge.payee.name', 'challenge.payee.account'],
  ['challenge.count', 'challenge.payees'],
  ['schedule.moneyIn', 'schedule.moneyOut', 'schedule.currency'],
  ['transaction.originalAmount', 'transaction.originalCurrency'],
];

/** Whether a text that has the first value always has the second. */
export function implies(name: string, variable: string): boolean {
  if (name === variable || name.startsWith(`${variable}.`)) return true;
  if (variable === 'account.currency') {
    return ['account.balance', 'account.balanceAfter', 'transaction.balanceAfter'].includes(name);
  }
  if (variable === 'account.balanceAfter') return name === 'transaction.balanceAfter';
  if (variable === 'transaction.balanceAfter') return name === 'account.balanceAfter';
  const pair = PAIRS.find((names) => names.includes(name));
  if (pair !== undefined) return pair.includes(variable);
  if (variable === 'loan.currency') return name === 'loan.amount';
  return variable === 'transaction.currency' && ['transaction.amount', 'transaction.balanceAfter'].includes(name);
}

/** Whether any text can be its value: an amount, a currency or a time has a form of its own. */
export function isFreeText(variable: string, type: string): boolean {
  const [, ...rest] = variable.split('.');
  return schemaAt(type, rest.join('.'))?.format === undefined;
}

const SAMPLE_TIME = Date.parse('2026-11-22T20:45:00Z');

/** A value as long as such values usually are. */
export function sampleOf(variable: string, type: string, parameters: Readonly<Record<string, Parameter>>): unknown {
  const [root = '', ...rest] = variable.split('.');
  const path = rest.join('.');
  if (variable === 'event.time') return SAMPLE_TIME;
  if (variable === 'event.type') return type;
  if (variable === 'challenge.code') return '123456';
  if (variable === 'verify.code') return MASKED_VERIFY_CODE;
  if (root === 'account') return ACCOUNT_SAMPLES[path];
  if (root === 'location') return path === 'country' ? 'FI' : 120;
  if (root === 'parameter') return parameters[path]?.type === 'money' ? '1000.00' : (parameters[path]?.default ?? 1);
  return sampleOfSchema(schemaAt(type, path));
}

const ACCOUNT_SAMPLES: Readonly<Record<string, string>> = {
  id: 'EE382200221020145685',
  balance: '1234.56',
  balanceAfter: '1234.56',
  currency: 'EUR',
};

function sampleOfSchema(schema: PathSchema | undefined): unknown {
  switch (schema?.format) {
    case 'money':
      return '1234.56';
    case 'currency':
      return 'EUR';
    case 'date':
      return '2026-11-22';
    case 'instant':
      return '2026-11-22T20:45:00Z';
  }
  if (schema?.enum !== undefined) return schema.enum[0];
  if (schema?.type === 'number' || schema?.type === 'integer') return 12;
  if (schema?.type === 'boolean') return true;
  if (schema?.type === 'array') return ['sample'];
  if (schema?.type === 'object') return { id: 'sample' };
  if (schema?.pattern === '^[A-Z]{2}$') return 'FI';
  return schema?.pattern === '^P(?=.)' ? 'P30D' : 'Sample name';
}
