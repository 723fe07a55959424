/** Turns what a schema found wrong into a named refusal, in an integrator's words and without the value. */
import type { ErrorObject } from 'ajv/dist/2020.js';
import { type EventRefusalCode, EventRefused, kindOf } from './event-refusal.js';
import { identifierFault } from './identifier.js';

/** What the format of a field asks for, where it decides the code. */
const CODE_OF_FORMAT: Record<string, EventRefusalCode> = { money: 'amount-malformed', currency: 'currency-unknown' };

/** @param errors ajv's errors of one validation, made with `verbose` */
export function schemaRefusal(type: string, errors: readonly ErrorObject[]): EventRefused {
  // Of a failed `anyOf`, ajv lists the branches first and the keyword itself last.
  const error = errors.at(-1) as ErrorObject;
  const path = `/data${error.instancePath}${missingSuffix(error)}`;
  const field = `\`${path.slice(1).replaceAll('/', '.')}\``;
  switch (error.keyword) {
    case 'required':
      return new EventRefused('data-invalid', path, `${field} is required in ${type}.`);
    case 'dependentRequired':
      return new EventRefused('data-invalid', path, `${field} is required beside \`${error.params.property}\`.`);
    case 'anyOf':
      return new EventRefused('data-invalid', path, `${field} of ${type} needs ${alternatives(errors)}.`);
    case 'type':
      return wrongKind(error, path, field);
    case 'format':
      return wrongFormat(error, path, field);
    default:
      return new EventRefused('data-invalid', path, `${field} ${expectation(error)}; ${kindOf(error.data)} was found.`);
  }
}

function missingSuffix(error: ErrorObject): string {
  if (error.keyword !== 'required' && error.keyword !== 'dependentRequired') return '';
  return `/${error.params.missingProperty}`;
}

function alternatives(errors: readonly ErrorObject[]): string {
  const names = errors
    .filter((error) => error.keyword === 'required')
    .map((error) => `\`${error.params.missingProperty}\``);
  return names.join(' or ');
}

const WORD_OF_TYPE: Record<string, string> = {
  string: 'text',
  number: 'a number',
  object: 'an object',
  array: 'a list',
};

function wrongKind(error: ErrorObject, path: string, field: string): EventRefused {
  const code = CODE_OF_FORMAT[error.parentSchema?.format] ?? 'data-invalid';
  const wanted = WORD_OF_TYPE[error.params.type] ?? error.params.type;
  const hint = code === 'amount-malformed' ? ' (amounts are written in quotes: "1000.00")' : '';
  return new EventRefused(code, path, `${field} must be ${wanted}${hint}; ${kindOf(error.data)} was found.`);
}

function wrongFormat(error: ErrorObject, path: string, field: string): EventRefused {
  if (error.params.format === 'date') {
    return new EventRefused('data-invalid', path, `${field} is not a date such as "2026-06-15".`);
  }
  if (error.params.format !== 'identifier') {
    return new EventRefused('data-invalid', path, `${field} is not a date and time with an offset (RFC 3339).`);
  }
  switch (identifierFault(error.data)) {
    case 'too-long':
      return new EventRefused('id-too-long', path, `${field} has more than 255 characters.`);
    case 'missing':
      return new EventRefused('data-invalid', path, `${field} is empty; leave it out, or give an identifier.`);
    default:
      return new EventRefused('id-malformed', path, `${field} holds control characters or broken Unicode.`);
  }
}

function expectation(error: ErrorObject): string {
  switch (error.keyword) {
    case 'enum':
      return `must be ${(error.params.allowedValues as string[]).map((value) => `"${value}"`).join(' or ')}`;
    case 'minimum':
      return `must be at least ${error.params.limit}`;
    case 'maximum':
      return `must be at most ${error.params.limit}`;
    case 'maxLength':
      return `must have at most ${error.params.limit} characters`;
    case 'maxItems':
      return `must have at most ${error.params.limit} items`;
    case 'minLength':
      return 'must not be empty';
    default:
      return `must be as its schema says (${error.parentSchema?.description ?? error.message})`;
  }
}
