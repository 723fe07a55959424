/** Holds a configuration to schemas/config.schema.json, fills in its defaults, and words every mistake for an operator. */
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import schema from '../../schemas/config.schema.json' with { type: 'json' };
import type { Mistake } from '../registry/schema-check.js';
import { nearKey } from './near-key.js';

export const CONFIG_SCHEMA: Record<string, unknown> = schema;

let compiled: ValidateFunction | undefined;

function validator(): ValidateFunction {
  if (compiled !== undefined) return compiled;
  const ajv = new Ajv2020({ allErrors: true, useDefaults: true, verbose: true, strict: true, strictTypes: false });
  ajv.addKeyword({ keyword: 'sensitive', schemaType: 'boolean' });
  ajv.addKeyword({ keyword: 'expects', schemaType: 'string' });
  compiled = ajv.compile(CONFIG_SCHEMA);
  return compiled;
}

/**
 * Changes `document`: defaults are filled in, and a number or a yes/no that came as text through a reference becomes one.
 * @param whole JSON pointers of values that came through a reference
 */
export function checkSchema(document: unknown, whole: ReadonlySet<string>): Mistake[] {
  const validate = validator();
  if (validate(document)) return [];
  const errors = validate.errors ?? [];
  const converted = errors.filter((error) => whole.has(error.instancePath) && convert(document, error));
  if (converted.length > 0) return checkSchema(document, whole);
  return errors.map((error) => ({ path: pathOf(error), message: messageOf(error) }));
}

/** Returns whether the value could be read as what the schema asks for. */
function convert(document: unknown, { keyword, params, instancePath, data }: ErrorObject): boolean {
  if (keyword !== 'type' || typeof data !== 'string') return false;
  const wanted: unknown = params.type;
  if (wanted === 'boolean' && /^(true|false)$/.test(data)) return put(document, instancePath, data === 'true');
  const isNumber = (wanted === 'integer' || wanted === 'number') && /^-?\d+(\.\d+)?$/.test(data);
  return isNumber && put(document, instancePath, Number(data));
}

function put(document: unknown, pointer: string, value: unknown): true {
  const steps = pointer.split('/').slice(1).map(unescapeStep);
  const last = steps.pop() as string;
  let at = document as Record<string, unknown>;
  for (const step of steps) at = at[step] as Record<string, unknown>;
  at[last] = value;
  return true;
}

function pathOf({ instancePath, params }: ErrorObject): string {
  const steps = instancePath.split('/').slice(1).map(unescapeStep);
  const named = params.missingProperty ?? params.additionalProperty;
  if (typeof named === 'string') steps.push(named);
  const path = steps.reduce((all, step) => all + (/^\d+$/.test(step) ? `[${step}]` : all ? `.${step}` : step), '');
  return path || 'the configuration';
}

function unescapeStep(step: string): string {
  return step.replaceAll('~1', '/').replaceAll('~0', '~');
}

const WORDS: Record<string, string> = {
  string: 'text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
};

function messageOf(error: ErrorObject): string {
  const { keyword, params, parentSchema } = error;
  if (keyword === 'required') return 'is missing';
  if (keyword === 'additionalProperties')
    return unknownKey(params.additionalProperty, Object.keys(parentSchema?.properties ?? {}));
  if (keyword === 'type') return `must be ${WORDS[params.type] ?? params.type}`;
  if (keyword === 'enum') return `must be one of ${(params.allowedValues as unknown[]).join(', ')}`;
  if (keyword === 'minLength')
    return params.limit === 1 ? 'must not be empty' : `must have at least ${params.limit} characters`;
  if (keyword === 'minItems') return 'must have at least one entry';
  if (keyword === 'minimum') return `must be ${params.limit} or more`;
  if (keyword === 'maximum') return `must be ${params.limit} or less`;
  if (typeof parentSchema?.expects === 'string') return `must be ${parentSchema.expects}`;
  return error.message ?? 'is not valid';
}

export function unknownKey(written: string, known: readonly string[]): string {
  const near = nearKey(written, known);
  return near === undefined
    ? 'is not a setting that is known here'
    : `is not a setting that is known here; did you mean "${near}"?`;
}
