/** The JSON Schemas of the analyst's files, and what breaks them in the analyst's words. */
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import casesSchema from '../../../schemas/cases.schema.json' with { type: 'json' };
import conditionsSchema from '../../../schemas/conditions.schema.json' with { type: 'json' };
import messagesSchema from '../../../schemas/messages.schema.json' with { type: 'json' };
import ruleSchema from '../../../schemas/rule.schema.json' with { type: 'json' };
import textsSchema from '../../../schemas/texts.schema.json' with { type: 'json' };
import topicsSchema from '../../../schemas/topics.schema.json' with { type: 'json' };
import { parseInstant } from '../event/instant.js';
import { nearest, suggest } from './nearest.js';
import { type Problem, problemAt, type RuleFile, type RuleFileKind } from './rule-file.js';

const ajv = new Ajv2020({ allErrors: true, verbose: true, strict: true, strictRequired: false, strictTypes: false });
ajv.addFormat('instant', (text: string) => isInstant(text));
ajv.addFormat('date', /^\d{4}-\d\d-\d\d$/);
ajv.addSchema(conditionsSchema, 'conditions.schema.json');

const VALIDATORS: Record<RuleFileKind, ValidateFunction> = {
  rule: ajv.compile(ruleSchema),
  messages: ajv.compile(messagesSchema),
  cases: ajv.compile(casesSchema),
  topics: ajv.compile(topicsSchema),
  conditions: ajv.compile(conditionsSchema),
  texts: ajv.compile(textsSchema),
};

/** Whether the document is what its schema says, condition trees included. */
export function fitsSchema(kind: RuleFileKind, value: unknown): boolean {
  return VALIDATORS[kind](value);
}

/** Condition trees are left to `lint-conditions.ts`, which can say more about them. */
export function lintSchema(file: RuleFile): Problem[] {
  const validate = VALIDATORS[file.kind];
  if (validate(file.value)) return [];
  return (validate.errors ?? []).filter((error) => isOurs(file.kind, error)).map((error) => toProblem(file, error));
}

const TREE = /^\/(?:conditions|rearm)(?:\/|$)/;

function isOurs(kind: RuleFileKind, error: ErrorObject): boolean {
  // The parts of an "if" and of a key's name are reported by themselves.
  if (error.keyword === 'if' || error.propertyName !== undefined) return false;
  if (kind === 'conditions') return error.keyword === 'propertyNames';
  return kind !== 'rule' || !TREE.test(error.instancePath);
}

function toProblem(file: RuleFile, error: ErrorObject): Problem {
  const place = placeOf(error.instancePath);
  const key = error.params.additionalProperty ?? error.params.propertyName;
  const { code, message, fix } = inWords(error);
  return problemAt(file, key === undefined ? place : [...place, key], { code, message, fix });
}

function placeOf(pointer: string): (string | number)[] {
  const parts = pointer.split('/').slice(1);
  return parts.map((part) => (/^\d+$/.test(part) ? Number(part) : part.replaceAll('~1', '/').replaceAll('~0', '~')));
}

type Words = Pick<Problem, 'code' | 'message' | 'fix'>;

function inWords(error: ErrorObject): Words {
  const name = nameOf(error);
  const help = String(error.parentSchema?.description ?? 'See the documentation of rules');
  switch (error.keyword) {
    case 'required':
      return missingKey(error, name);
    case 'additionalProperties':
      return unknownKey(error);
    case 'propertyNames':
      return { code: 'name-malformed', message: `"${error.params.propertyName}" cannot be a name here`, fix: help };
    case 'enum':
      return unknownWord(error, name);
    case 'type':
      return { code: 'type-wrong', message: `${name} must be ${kindName(error.params.type)}`, fix: help };
    case 'minItems':
    case 'minProperties':
    case 'minLength':
      return { code: 'empty', message: `${name} is empty`, fix: help };
    case 'uniqueItems':
      return { code: 'item-duplicate', message: `${name} names the same thing twice`, fix: 'Remove one of them' };
    case 'format':
      return { code: 'value-malformed', message: `${name} is not ${formatName(error.params.format)}`, fix: help };
    case 'pattern':
      return { code: 'value-malformed', message: `${name} is not written as it should be`, fix: help };
    default:
      return { code: 'value-unfit', message: `${name} ${error.message ?? 'does not fit'}`, fix: help };
  }
}

function nameOf({ instancePath }: ErrorObject): string {
  const last = instancePath.slice(instancePath.lastIndexOf('/') + 1);
  return last === '' ? 'the document' : /^\d+$/.test(last) ? 'this entry' : `"${last}"`;
}

function missingKey(error: ErrorObject, name: string): Words {
  const key = String(error.params.missingProperty);
  const properties = error.parentSchema?.properties as Record<string, { description?: string }> | undefined;
  const description = properties?.[key]?.description;
  return {
    code: 'key-missing',
    message: `${name} has no "${key}"`,
    fix: description === undefined ? `Add "${key}"` : `Add "${key}": ${description}`,
  };
}

function unknownKey(error: ErrorObject): Words {
  const key = String(error.params.additionalProperty);
  const known = Object.keys((error.parentSchema?.properties as object | undefined) ?? {}).filter(
    (one) => one !== '$schema',
  );
  return { code: 'key-unknown', message: `"${key}" is not a key here`, fix: suggest(key, known) };
}

function unknownWord(error: ErrorObject, name: string): Words {
  const allowed = (error.params.allowedValues as unknown[]).map(String);
  const found = typeof error.data === 'string' ? error.data : '';
  const close = nearest(found, allowed);
  return {
    code: 'word-unknown',
    message: `${name} cannot be ${JSON.stringify(error.data)}`,
    fix: close === undefined ? `Use one of: ${allowed.join(', ')}` : `Did you mean "${close}"?`,
  };
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text in double quotes',
  object: 'an object { }',
  array: 'a list [ ]',
  boolean: 'true or false',
  number: 'a number',
  integer: 'a whole number',
};

function kindName(type: unknown): string {
  return (Array.isArray(type) ? type : [type]).map((one) => KINDS[String(one)] ?? String(one)).join(' or ');
}

function formatName(format: unknown): string {
  return format === 'instant' ? 'a time with an offset, such as 2026-06-15T12:00:00Z' : `a ${String(format)}`;
}

function isInstant(text: string): boolean {
  try {
    parseInstant(text);
    return true;
  } catch {
    return false;
  }
}
